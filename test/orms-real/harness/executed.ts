/**
 * Executes the exported async functions of a module of shapes. Arguments are chosen by the parameters' names; a module may
 * export `runs`, the lists of arguments of single shapes. Other exports: `only` names the version that knows a shape,
 * `without` the shapes that this dialect does not have, `refused` those whose statements this server does not accept (what
 * was sent is held against the source all the same).
 */
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { argumentsFor } from './arguments.ts';
import type { Recorded, Run, Sent } from './sent.ts';

type Shape = (...args: readonly unknown[]) => unknown;

export interface Recorder {
  /** What was recorded since the last call, and begins anew. */
  take(): readonly Sent[];
  /** Brings the rows back to what they were. */
  reset?(): Promise<void>;
}

/** `file`: the module; what was sent is written beside it. */
export async function executeShapes(file: string, version: string, { take, reset }: Recorder): Promise<void> {
  const module = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  const runs = (module.runs ?? {}) as Readonly<Record<string, readonly (readonly unknown[])[]>>;
  const only = (module.only ?? {}) as Readonly<Record<string, string>>;
  const apart = ['open', 'close', ...((module.without ?? []) as readonly string[])];
  /** Async functions; what else a file exports are its models. */
  const shapes = Object.entries(module).filter(
    (entry): entry is [string, Shape] => entry[1]?.constructor.name === 'AsyncFunction' && !apart.includes(entry[0]),
  );
  const refused = (module.refused ?? []) as readonly string[];
  const call = async (name: string, shape: Shape, args: readonly unknown[]): Promise<Run> => {
    await reset?.();
    take();
    try {
      await shape(...args);
      return { sent: take() };
    } catch (error) {
      if (refused.includes(name)) return { sent: take() };
      return { sent: take(), error: String(error instanceof Error ? error.stack : error) };
    }
  };
  if (typeof module.open === 'function') await module.open();
  const recorded: Recorded[] = [];
  for (const [name, shape] of shapes) {
    if ((only[name] ?? version) !== version) continue;
    const done: Run[] = [];
    for (const args of runs[name] ?? [argumentsFor(shape)]) done.push(await call(name, shape, args));
    recorded.push({ shape: name, runs: done });
  }
  if (typeof module.close === 'function') await module.close();
  fs.writeFileSync(`${file}.json`, JSON.stringify(recorded));
}

/** For `Recorder.take`. */
export function recording(): { readonly record: (sent: Sent) => void; readonly take: Recorder['take'] } {
  let kept: Sent[] = [];
  return {
    record: (sent) => kept.push(sent),
    take: () => {
      const taken = kept;
      kept = [];
      return taken;
    },
  };
}
