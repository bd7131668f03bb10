/** One test that runs inside the editor's extension host, with the real `vscode` API. */
export interface InHostTest {
  readonly name: string;
  run(): Promise<void>;
}

/** What happened to it; `error` is a stack, null where it passed. */
export interface InHostResult {
  readonly name: string;
  readonly error: string | null;
}

/** Runs the tests one after the other; a failure does not stop the next one. `after` each one, all results so far. */
export async function runAll(
  tests: readonly InHostTest[],
  after: (results: readonly InHostResult[]) => Promise<void>,
): Promise<void> {
  const results: InHostResult[] = [];
  for (const { name, run } of tests) {
    const error = await run().then(
      () => null,
      (reason: unknown) => (reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)),
    );
    results.push({ name, error });
    await after(results);
  }
}

/** Asks until the answer is there. Throws after `seconds`, naming what did not come. */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  seconds = 20,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Waited ${seconds} s in vain: ${what}`);
}
