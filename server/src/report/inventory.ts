/** The inventory as the command line prints it; the JSON shape is public. */
import type { Checked, InventoryItem } from '../engine/finding';
import type { Route } from '../routing/route';
import { classOf, classOfReach } from '../routing/routeClass';
import { oneLine, printableJson } from './printable';
import { type Places, places } from './report';

/** Without what only rules need. */
export const publicRoute = ({ bindings: _, ...route }: Route): Omit<Route, 'bindings'> => route;

export function inventoryJson(checked: Checked, root: string, whyUnknown: boolean): string {
  const where = places(checked, root);
  return `${printableJson(
    itemsOf(checked, whyUnknown).map((item) => jsonItem(item, where, root)),
    2,
  )}\n`;
}

function jsonItem(item: InventoryItem, { path, range }: Places, root: string) {
  const { start } = range(item.file, item.nameSpan);
  const { end } = range(item.file, item.span);
  return {
    file: path(item.file),
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    orm: item.orm,
    operation: item.operation,
    tables: item.tables,
    writes: item.writes,
    own: item.own,
    class: classOf(item.route),
    alternatives: [...new Set(item.route.alternatives.map((reach) => classOfReach[reach]))],
    route: publicRoute(item.route),
    target: item.target,
    // An id names the place where the transaction begins: the same in every checkout.
    transaction: item.transaction?.replaceAll(root.endsWith('/') ? root : `${root}/`, '') ?? null,
    confidence: item.confidence,
    sql: item.sql,
    unknown: item.unknown,
  };
}

/** In the order of the files; `whyUnknown` keeps what is not fully understood. */
const itemsOf = ({ inventory }: Checked, whyUnknown: boolean): readonly InventoryItem[] =>
  inventory
    .filter((item) => !whyUnknown || item.unknown.length > 0 || classOf(item.route) === 'unknown-dynamic')
    .toSorted((a, b) => (a.file === b.file ? a.nameSpan.start - b.nameSpan.start : a.file < b.file ? -1 : 1));

export function inventoryText(checked: Checked, root: string): string {
  const { path, range } = places(checked, root);
  const rows = itemsOf(checked, false).map((item) => {
    const { line, column } = range(item.file, item.nameSpan).start;
    return [classOf(item.route), item.operation, item.tables.join(', ') || '–', `${path(item.file)}:${line}:${column}`];
  });
  const counts = new Map<string, number>();
  for (const [name = ''] of rows) counts.set(name, (counts.get(name) ?? 0) + 1);
  const total = [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${count} ${name}`);
  return [...columns(rows), `${rows.length} statements${total.length > 0 ? `: ${total.join(', ')}` : ''}`, ''].join(
    '\n',
  );
}

/** What stopped the reading, the most common first, each with the first places where it did. */
export function unknownText(checked: Checked, root: string): string {
  const { path, range } = places(checked, root);
  const items = itemsOf(checked, true);
  const byReason = new Map<string, string[]>();
  for (const item of items) {
    const where = `${path(item.file)}:${range(item.file, item.nameSpan).start.line}`;
    for (const why of item.unknown.length > 0 ? item.unknown : item.route.reasons.map(({ text }) => text)) {
      byReason.set(why, [...(byReason.get(why) ?? []), where]);
    }
  }
  const blocks = [...byReason]
    .sort((a, b) => b[1].length - a[1].length)
    .flatMap(([why, where]) => [
      `${String(where.length).padStart(5)}  ${oneLine(why)}`,
      ...where.slice(0, 3).map((one) => `       ${oneLine(one)}`),
      ...(where.length > 3 ? [`       … and ${where.length - 3} more`] : []),
    ]);
  return [...blocks, `${items.length} of ${checked.inventory.length} statements not fully understood`, ''].join('\n');
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const clean = rows.map((row) => row.map(oneLine));
  const widths = (clean[0] ?? []).map((_, i) => Math.min(Math.max(...clean.map((row) => row[i]?.length ?? 0)), 40));
  return clean.map((row) =>
    row.map((text, i) => (i === row.length - 1 ? text : text.padEnd(widths[i] ?? 0))).join('  '),
  );
}
