/** The data nodes of a statement's tables: one route a binding group, several are paired within each data source. */
import type { ShardTable } from '../../../shards/model';
import { type Analysis, defaultReach } from '../../analysis';
import { all } from '../../domain';
import { showIds } from '../../reasons';
import type { Reach, Reason } from '../../route';
import type { Rel } from '../../scope';
import type { Sent } from '../../sent';
import type { Condition, Conditions } from './conditions';

export const isKey = (table: ShardTable | undefined, column: string): boolean =>
  table?.shardKey.some((key) => key.toLowerCase() === column.toLowerCase()) ?? false;

/** One route a binding group; several are paired. */
export function nodesOf(
  tables: readonly ShardTable[],
  analysis: Analysis,
  conditions: Conditions,
  said: readonly Reason[],
): Sent {
  const routed: ShardTable[] = [];
  for (const table of tables)
    if (!routed.some(({ group }) => group === table.group)) routed.push(leading(table, tables, conditions));
  const reaches = routed.map((table) => tableReach(table, analysis, conditions));
  const [first] = reaches;
  if (!first) return { reach: 'unknown', notes: [] };
  const impossible = conditions.list.length > 0 && conditions.list.every((one) => one.impossible);
  if (impossible) return { reach: 'none', notes: said.filter(({ code }) => code === 'contradiction') };
  if (reaches.some(({ reach }) => reach === 'unknown'))
    return { reach: 'unknown', notes: said.filter(({ code }) => code === 'open') };
  const notes = reaches.flatMap((one) => one.notes);
  const refused = reaches.find((one) => one.refused)?.refused;
  const more = refused ? { refused } : {};
  if (reaches.length === 1) return { ...first, ...more };
  const kinds = reaches.map(({ reach }) => reach);
  const reach: Reach = kinds.every((kind) => kind === 'single')
    ? 'single'
    : kinds.some((kind) => kind !== 'scatter')
      ? 'subset'
      : 'scatter';
  return { reach, notes, ...more };
}

/** The table of its group that a condition speaks of. */
const leading = (table: ShardTable, tables: readonly ShardTable[], { list }: Conditions): ShardTable =>
  tables.find((one) => one.group === table.group && list.some(({ of }) => of.has(one))) ?? table;

/** The nodes of one table: those of each condition, together. */
function tableReach(table: ShardTable, analysis: Analysis, { list, open }: Conditions): Sent {
  const rel = analysis.universe.rels.find((one) => one.table === table) as Rel;
  if (list.length === 0) return { reach: open ? 'unknown' : 'scatter', notes: [] };
  const found = list.map((condition) => ({ condition, ...conditionReach(rel, table, condition) }));
  const empty = list.find(
    ({ isNull, of }) => isNull && (of.has(table) || [...of.keys()].some(({ group }) => group === table.group)),
  );
  if (empty) {
    const because = `no sharding algorithm takes NULL for \`${table.shardKey.join(', ')}\``;
    return { reach: 'none', notes: [], refused: { code: 'null-value', because, span: empty.span } };
  }
  const inOrder = table.rangesRefused && found.find(({ ranged }) => ranged);
  const refused = inOrder
    ? {
        refused: {
          code: 'range-on-inline',
          because: `a range of \`${table.shardKey.join(', ')}\` cannot be placed by an INLINE algorithm (\`allow-range-query-with-inline-sharding\` is off)`,
          span: inOrder.condition.span,
        },
      }
    : {};
  if (found.some(({ reach }) => reach === 'scatter')) return { reach: 'scatter', notes: [], ...refused };
  if (found.some(({ reach }) => reach === 'unknown')) return { reach: 'unknown', notes: [] };
  const ids = new Set(found.map((one) => one.ids.join()));
  const shards = found.every((one) => one.shards)
    ? new Set(found.flatMap((one) => [...(one.shards ?? [])]))
    : undefined;
  const single = found.every(({ reach }) => reach === 'single') && (ids.size === 1 || shards?.size === 1);
  const reach: Reach = single || shards?.size === 1 ? 'single' : 'subset';
  const shown = showIds([...new Set(found.flatMap((one) => one.ids))]);
  const text = `\`${table.name.join('.')}\` has its rows for \`${table.shardKey.join(', ')}\` = ${shown || 'a range'} there`;
  const span = found[0]?.condition.span;
  return {
    reach,
    notes: [{ code: single ? 'pinned' : 'subset', text, ...(span && { span }) }],
    ...(shards && { shards: { count: shards.size, ids: [...shards].sort((a, b) => a - b) } }),
    ...refused,
  };
}

function conditionReach(rel: Rel, table: ShardTable, { of, impossible }: Condition) {
  const own = [...of].filter(([other]) => other === table || other.group === table.group);
  const values = (column: string) =>
    impossible ? all : (own.flatMap(([, columns]) => columns.get(column.toLowerCase()) ?? [])[0] ?? all);
  const ranged = table.shardKey.some((column) => values(column).kind === 'ranges');
  return { ...defaultReach(rel, values), ranged };
}
