/** A page about what moves when the number of servers changes. */
import { most } from '../advice/reshard/forecast';
import type { ReshardForecast, ReshardParams } from '../protocol';
import { reshardMarkdown } from '../report/reshardPage';
import type { Session } from './session';
import { pathOf } from './uris';

export async function reshard(session: Session, { uri, from, to }: ReshardParams): Promise<ReshardForecast> {
  const path = uri === null ? undefined : pathOf(uri);
  const folder = path === undefined ? session.folders[0] : (session.folderOf(path) ?? session.folders[0]);
  const none = (why: string): ReshardForecast => ({ markdown: null, servers: null, why });
  if (![from, to].every((count) => count === null || (Number.isInteger(count) && count >= 1 && count <= most.servers)))
    return none(`A number of servers is a whole number from 1 to ${most.servers}`);
  const ask = { ...(from !== null && { from }), ...(to !== null && { to }) };
  const answer = await folder?.analysis?.forecast(path, ask);
  if (!answer) return none('No shard map in this workspace');
  if (answer.layouts.length === 0) return none(answer.unanswered.join(' '));
  const servers = Math.min(...answer.layouts.map((layout) => layout.from.value));
  return { markdown: reshardMarkdown(answer), servers, why: null };
}
