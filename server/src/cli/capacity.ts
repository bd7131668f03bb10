import path from 'node:path';
import { type CapacityOptions as Asked, capacityOf } from '../advice/capacity/capacity';
import { diagnose, type Load } from '../advice/capacity/load';
import { readLoads } from '../engine/capacity/k6';
import { type CapacityReport, capacityJson, capacityMarkdown, capacityText } from '../report/capacityPage';
import { oneLine } from '../report/printable';
import { type Shell, type Status, status, UsageError } from './shell';
import { whereOf } from './workspace';

export interface CapacityOptions extends Asked {
  readonly config?: string;
  readonly format: 'pretty' | 'json' | 'md';
  readonly k6?: readonly string[];
  /** Percent. */
  readonly cpu?: number;
}

const formats = { pretty: capacityText, json: capacityJson, md: capacityMarkdown };

/** Connections against limits, and what load tests say; information only, so that it never fails a build. */
export async function capacity(shell: Shell, args: readonly string[], options: CapacityOptions): Promise<Status> {
  const { config, format, k6, cpu, ...asked } = options;
  if (cpu !== undefined && !k6) throw new UsageError('--cpu belongs to a load: --k6 FILE');
  const { root, paths, configFile } = whereOf(shell, args, config);
  const engine = await shell.engine();
  const against = { platform: shell.platform, root, ...(configFile === undefined ? {} : { configFile }) };
  const { facts, map } = await engine.capacity({
    ...against,
    paths,
    progress: (done, of) => shell.progress(`reading ${done} of ${of} files`),
  });
  shell.progress('');
  const answer = capacityOf(facts, map, asked);
  const known = answer.demands.length > 0 ? answer.inAll : undefined;
  const load = k6 && diagnose(await loadsOf(shell, k6, cpu), known);
  const report: CapacityReport = { capacity: answer, ...(load && { load }) };
  shell.out(formats[format](report));
  return status.clean;
}

async function loadsOf(shell: Shell, files: readonly string[], cpu: number | undefined): Promise<readonly Load[]> {
  const loads: Load[] = [];
  for (const name of files) {
    const text = await shell.platform.readFile(path.resolve(shell.cwd, name).replaceAll('\\', '/'));
    if (text === undefined) throw new UsageError(`no such file: ${oneLine(name)}`);
    const read = readLoads(name, text);
    if ('problem' in read) throw new UsageError(oneLine(read.problem));
    loads.push(...read.loads);
  }
  // What was seen at the top of the load.
  const top = Math.max(...loads.map(({ users = 0 }) => users));
  return loads.map((load) =>
    cpu !== undefined && load.cpu === undefined && (load.users ?? 0) === top ? { ...load, cpu: cpu / 100 } : load,
  );
}
