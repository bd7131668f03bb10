import type { Ask } from '../advice/reshard/forecast';
import { forecast, most } from '../advice/reshard/forecast';
import type { Method } from '../advice/reshard/methods';
import { oneLine } from '../report/printable';
import { reshardJson, reshardMarkdown, reshardText } from '../report/reshardPage';
import { type Shell, type Status, status, UsageError } from './shell';
import { whereOf } from './workspace';

export interface ReshardOptions extends Ask {
  readonly config?: string;
  readonly format: 'pretty' | 'json' | 'md';
  readonly strategy?: Method;
}

const formats = { pretty: reshardText, json: reshardJson, md: reshardMarkdown };

/** What moves when servers come or go; it reads the map and the schema, and no database. */
export async function reshard(shell: Shell, { config, format, ...ask }: ReshardOptions): Promise<Status> {
  refuseLarge(ask);
  const { root, configFile } = whereOf(shell, [], config);
  const engine = await shell.engine();
  const against = { platform: shell.platform, root, ...(configFile === undefined ? {} : { configFile }) };
  const { map, schema } = await engine.effective(against);
  const answer = forecast(map, schema, ask);
  if (answer.layouts.length === 0) throw new UsageError(oneLine(answer.unanswered.join(' ')));
  shell.out(formats[format](answer));
  return status.clean;
}

function refuseLarge({ from = 1, to = 1, virtualShards = 1, points = 1 }: Ask): void {
  const servers = Math.max(from, to);
  if (servers > most.servers) throw new UsageError(`at most ${most.servers} servers`);
  if (virtualShards > most.virtualShards) throw new UsageError(`at most ${most.virtualShards} virtual shards`);
  if (points > most.points || points * servers > most.ringPoints)
    throw new UsageError(`at most ${most.points} points for each server, and ${most.ringPoints} on the ring`);
}
