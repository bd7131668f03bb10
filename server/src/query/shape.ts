/** What a query asks, whatever it answers with: its verb, tables, and how their columns are compared. Libraries write the rest as they like. */
import type { Expr, Query } from './model';
import { tablesOf } from './tables';
import { type AnyNode, visitNodes } from './walk';

/** Equal for queries that a log and a library's call may mean alike; for comparing only. */
export function shapeOf(query: Query): string {
  const tables = tablesOf(query).map(({ name }) => (name.parts.at(-1) ?? '').toLowerCase());
  const found = new Set<string>();
  visitNodes(query, (node) => {
    for (const said of comparisons(node)) found.add(said);
  });
  return [verbOf(query), [...new Set(tables)].sort().join(','), [...found].sort().join(' '), writes(query)].join(' | ');
}

const verbOf = ({ kind }: Query): string => (kind === 'set-operation' || kind === 'values' ? 'select' : kind);

function writes(query: Query): string {
  // Which columns a row is made of says little: libraries add those that have a default.
  if (query.kind === 'insert') return query.onConflict ? 'on conflict' : '';
  const columns = query.kind === 'update' ? query.set.map(({ column }) => column) : [];
  return columns
    .map((name) => name.toLowerCase())
    .sort()
    .join(',');
}

const nameOf = (expr: Expr): string | undefined =>
  expr.kind === 'column' ? expr.name.toLowerCase() : expr.kind === 'cast' ? nameOf(expr.value) : undefined;

/** `a =`, `a = b`, `a like`; one value and a list of them are one. */
function comparisons(node: AnyNode): readonly string[] {
  const expr = node as Expr;
  switch (expr.kind) {
    case 'compare': {
      const names = [nameOf(expr.left), nameOf(expr.right)].filter((name) => name !== undefined).sort();
      return names.length === 0 ? [] : [`${names.join('=')}${names.length === 2 && expr.op === '=' ? '' : expr.op}`];
    }
    case 'in': {
      const name = nameOf(expr.left);
      return name === undefined ? [] : [`${name}${expr.negated ? '<>' : '='}`];
    }
    case 'between':
    case 'like': {
      const name = nameOf(expr.value);
      return name === undefined ? [] : [`${name} ${expr.kind}`];
    }
    case 'is-null': {
      const name = nameOf(expr.value);
      return name === undefined ? [] : [`${name} ${expr.negated ? 'not ' : ''}null`];
    }
    default:
      return [];
  }
}
