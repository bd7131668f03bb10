/** The key advisor for a workspace that is open: its own state where there is a map, a plan beside it where there is none. */

import { isIdentifier } from '../advice/keyAdvisor/domains';
import { adviseKeys } from '../advice/keyAdvisor/keyAdvice';
import { keysPage } from '../advice/keyAdvisor/keysPage';
import { changesIn } from '../advice/keyAdvisor/whatIf';
import { whatIfPage } from '../advice/keyAdvisor/whatIfPage';
import type { Page } from '../advice/page';
import type { Platform } from '../platform/platform';
import type { Effective } from '../shards/load';
import { tableIndex } from '../shards/resolve';
import type { Finding } from './finding';
import { checkWhatIf, largest } from './whatIf';
import { Workspace, type WorkspaceOptions } from './workspace';

export interface KeysAsk {
  /** Every key of this table; undefined: all families. */
  readonly table?: string;
  /** What `orders=tenant_id` would change. */
  readonly whatIf?: string;
  readonly progress?: (done: number, of: number) => void;
  readonly cancelled?: () => boolean;
}

export type KeysPage = { readonly page: Page } | { readonly why: string };

export async function keysPageOf(workspace: Workspace, options: WorkspaceOptions, ask: KeysAsk): Promise<KeysPage> {
  const { table, whatIf, progress, cancelled } = ask;
  const scan = { ...(progress && { progress }), ...(cancelled && { cancelled }) };
  // What is open in an editor is asked about as it stands there.
  const { platform, root, files } = workspace;
  const reading: Platform = {
    ...platform,
    readFile: async (path) => files.buffer(path) ?? platform.readFile(path),
  };
  if (whatIf !== undefined) {
    const changes = changesIn(whatIf);
    if (!changes) return { why: 'A change is written as `orders=tenant_id`' };
    const found = await checkWhatIf(reading, root, changes, { ...options, ...scan });
    if ('why' in found) return { why: sentence(found.why) };
    const said = (all: readonly Finding[]) =>
      all.map(({ rule, message, file, span }) => ({ rule, message, at: { file, span } }));
    return { page: whatIfPage(found.answer, said(found.added), said(found.gone)) };
  }
  const own = workspace.loadedMaps.length > 0 ? workspace : new Workspace(reading, root, { ...options, plan: true });
  const checked = await own.check(scan);
  if (checked.cancelled) return { why: 'Cancelled' };
  const survey = largest(own.surveys());
  if (!survey) return { why: 'No statements were found here' };
  const advice = adviseKeys(survey, table);
  return table !== undefined && !advice.table ? { why: `No table ${table} is known here` } : { page: keysPage(advice) };
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Other columns that a table of a map could be sharded by, as far as their names and keys say: the first few. */
export function otherKeys(
  { map, schema }: Effective,
  file: string,
  offset: number,
  lineOf: (offset: number) => number,
): { readonly table: string; readonly keys: readonly string[] } | undefined {
  const line = lineOf(offset);
  const table = tableIndex(map, schema).tables.find(
    ({ at, kind }) =>
      at?.file === file && kind !== 'view' && lineOf(at.span.start) <= line && line <= lineOf(at.span.end),
  );
  if (!table) return undefined;
  const name = table.name.join('.');
  const keys = [...table.columns.keys()].filter(
    (column) => isIdentifier(column) && !(table.shardKey.length === 1 && table.shardKey[0] === column),
  );
  return { table: name, keys: keys.slice(0, mostKeys) };
}

const mostKeys = 4;
