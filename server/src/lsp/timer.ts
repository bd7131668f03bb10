/** Runs something once, a while after it was last asked for, and never twice at a time. */
export interface Timer {
  ask(): void;
  /** Asks, but does not put off what was asked for already. */
  remind(): void;
  cancel(): void;
}

/** `most`: asked for again and again, it still runs so often. Milliseconds. */
export function timer(delay: number, most: number, run: () => Promise<void>): Timer {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  let running = false;
  let again = false;
  const start = async (): Promise<void> => {
    waiting = undefined;
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      await run();
    } finally {
      running = false;
      if (again) {
        again = false;
        ask();
      }
    }
  };
  const ask = (): void => {
    const now = performance.now();
    if (waiting === undefined) since = now;
    else clearTimeout(waiting);
    waiting = setTimeout(() => void start(), Math.max(0, Math.min(delay, since + most - now)));
  };
  const remind = (): void => {
    if (waiting === undefined) ask();
  };
  return { ask, remind, cancel: () => clearTimeout(waiting) };
}

/** A message that has come is read in the next turn and handled in the one after it. */
const turns = 3;

/** Lets other work in, at most every `slice` milliseconds. */
export function breathing(slice = 8): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < slice) return;
    for (let i = 0; i < turns; i++)
      await new Promise<void>((resolve) =>
        typeof setImmediate === 'function' ? setImmediate(resolve) : setTimeout(resolve, 0),
      );
    last = performance.now();
  };
}
