/** Statements that are sent once for each row of another one. */
import type { Expr, Query } from '../../../query/model';
import { someExpr } from '../../../query/walk';
import type { Survey, Surveyed } from '../../survey';
import { placeId, type Repeated } from '../../work';
import type { KnownTables } from '../knownTables';
import { listed, placeOf, statements } from '../reasons';
import { inWeight, type Shown } from './evidence';

/** One loop each, with all that it sends. */
export function rowByRow(known: KnownTables, { work }: Survey): readonly Shown[] {
  const byPlace = new Map(known.statements.map((one) => [placeId(placeOf(one)), one] as const));
  const loops = new Map<string, { readonly outer: Surveyed; readonly first: Repeated; readonly sent: Surveyed[] }>();
  for (const repeated of work?.().repeated ?? []) {
    const { statement, rows, through } = repeated;
    const [one, outer] = [byPlace.get(placeId(statement)), byPlace.get(placeId(rows))];
    if (!one || !outer || one === outer || takesMany(one.query) || tableOf(one) === undefined) continue;
    const key = `${placeId(rows)} ${through ? placeId(through.at) : ''}`;
    const loop = loops.get(key) ?? { outer, first: repeated, sent: [] };
    loops.set(key, loop);
    loop.sent.push(one);
  }
  return [...loops.values()]
    .map(({ outer, first: { statement, rows, through }, sent }): Shown => {
      const one = sent.length === 1;
      const named = (all: readonly Surveyed[], verb: string): readonly string[] => {
        const tables = [...new Set(all.flatMap((one) => tableOf(one) ?? []))].sort();
        return all.length === 0 ? [] : [`${verb}${one ? 's' : ''} ${listed(tables.map((table) => `\`${table}\``))}`];
      };
      const reads = sent.filter(({ writes }) => writes.length === 0);
      const writes = sent.filter((one) => one.writes.length > 0);
      const what = [...named(reads, 'read'), ...named(writes, 'write')].join(' and ');
      const where = through ? ` (in \`${through.name}\`)` : '';
      return {
        kind: 'n-plus-one',
        text: `for each row of \`${tableOf(outer) ?? ''}\`, ${statements(sent.length)}${where} ${what}: ${remedy(reads, writes)}`,
        confidence: 'likely',
        count: sent.length,
        places: [through?.at ?? statement, rows],
      };
    })
    .sort(inWeight);
}

const tableOf = ({ writes, tables }: Surveyed): string | undefined =>
  [...writes, ...tables].find((name) => !name.startsWith('$'));

/** A list of values, or rows that the caller supplies: many are done at once. */
function takesMany(query: Query): boolean {
  const list = (expr: Expr): boolean =>
    (expr.kind === 'param' && expr.many === true) ||
    (expr.kind === 'in' && Array.isArray(expr.items) && expr.items.length > 1);
  switch (query.kind) {
    case 'insert':
      return query.source !== 'default' && (query.source.kind === 'opaque' || query.source.kind === 'select');
    case 'select':
    case 'update':
    case 'delete':
      return query.where !== undefined && someExpr(query.where, list);
    default:
      return false;
  }
}

const remedy = (reads: readonly Surveyed[], writes: readonly Surveyed[]): string => {
  if (writes.length === 0) return 'a join or one statement with `IN` reads them all';
  if (reads.length > 0) return 'statements for many rows do it in a few';
  return writes.every(({ query }) => query.kind === 'insert')
    ? 'one statement writes many rows'
    : 'one statement with `IN`, or one `UPDATE … FROM (VALUES …)`, writes many rows';
};
