/** Runs inputs of one target; what fails is made smaller and told, and the run goes on. */
import { randomOf } from './random';
import type { Prepared, Target } from './target';

export interface Failure {
  readonly target: string;
  readonly number: number;
  readonly what: string;
  readonly input: readonly string[];
}

export interface Watch {
  /** Before each input. */
  begins?(number: number): void;
  failed(failure: Failure): void;
}

/** Longest time for one input, in milliseconds, on a machine that does nothing else. */
const patience = 1000;

export async function runTarget(
  target: Target,
  {
    from = 0,
    to,
    seed,
    watch,
  }: { readonly from?: number; readonly to: number; readonly seed: number; readonly watch: Watch },
): Promise<{ readonly slowest: number }> {
  const prepared = await target.prepare();
  let slowest = 0;
  for (let number = from; number < to; number++) {
    watch.begins?.(number);
    const input = prepared.make(randomOf(seed + number));
    let { error, ms } = await attempt(prepared, input);
    // Others share the machine: slow is what is slow again.
    for (let again = 0; again < 2 && ms > patience && error === undefined; again++)
      ms = Math.min(ms, (await attempt(prepared, input)).ms);
    slowest = Math.max(slowest, ms);
    if (error === undefined && ms <= patience) continue;
    const smaller = error === undefined ? input : await smallest(prepared, input, error);
    watch.failed({ target: target.id, number, what: error ?? `took ${Math.round(ms)} ms`, input: smaller });
  }
  return { slowest };
}

async function attempt(
  prepared: Prepared,
  input: readonly string[],
): Promise<{ error: string | undefined; ms: number }> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  let error: string | undefined;
  try {
    await prepared.run(input);
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
  // A machine that does other things too makes us wait, not slow.
  const { user, system } = process.cpuUsage(cpu);
  return { error, ms: Math.min(performance.now() - start, (user + system) / 1000) };
}

/** Where it was thrown: a smaller input counts only if it breaks the same promise. */
const kind = (error: string): string => error.split('\n').slice(0, 2).join(' ').replace(/\d+/g, '').slice(0, 60);

async function smallest(prepared: Prepared, input: readonly string[], error: string): Promise<readonly string[]> {
  let best = [...input];
  const wanted = kind(error);
  let tries = 400;
  const fails = async (one: readonly string[]): Promise<boolean> => {
    tries -= 1;
    const again = await attempt(prepared, one);
    return again.error !== undefined && kind(again.error) === wanted;
  };
  for (let size = Math.max(...best.map((text) => text.length)); size >= 1 && tries > 0; size = Math.floor(size / 2)) {
    for (const [i] of best.entries()) {
      for (let at = 0; at < (best[i]?.length ?? 0) && tries > 0; ) {
        const text = best[i] ?? '';
        const next = best.with(i, text.slice(0, at) + text.slice(at + size));
        if (await fails(next)) best = next;
        else at += size;
      }
    }
  }
  return best;
}
