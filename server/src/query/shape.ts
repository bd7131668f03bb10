/** What a query asks, whatever it answers with: its verb, tables, and how their columns are compared. Libraries write the rest as they like. */
import type { Expr, Query } from './model';
import { tablesOf } from './tables';

/** Equal for queries that a log and a library's call may mean alike; for comparing only. */
export function shapeOf(query: Query): string {
  const tables = tablesOf(query).map(({ name }) => (name.parts.at(-1) ?? '').toLowerCase());
  const found = new Set<string>();
  visit(query, (node) => {
    for (const said of comparisons(node)) found.add(said);
  });
  return [verbOf(query), [...new Set(tables)].sort().join(','), [...found].sort().join(' '), writes(query)].join(' | ');
}

const verbOf = ({ kind }: Query): string => (kind === 'set-operation' || kind === 'values' ? 'select' : kind);

function writes(query: Query): string {
  const columns =
    query.kind === 'update'
      ? query.set.map(({ column }) => column)
      : query.kind === 'insert'
        ? [...(query.columns ?? []).map(({ name }) => name), ...(query.onConflict ? ['on conflict'] : [])]
        : [];
  return columns
    .map((name) => name.toLowerCase())
    .sort()
    .join(',');
}

type Node = { readonly kind?: unknown };

/** Every part of a query: all of them are plain data without circles. */
function visit(value: unknown, look: (node: Node) => void): void {
  if (Array.isArray(value)) for (const each of value) visit(each, look);
  else if (typeof value === 'object' && value !== null) {
    look(value);
    for (const each of Object.values(value)) if (typeof each === 'object') visit(each, look);
  }
}

const nameOf = (expr: Expr): string | undefined =>
  expr.kind === 'column' ? expr.name.toLowerCase() : expr.kind === 'cast' ? nameOf(expr.value) : undefined;

/** `a =`, `a = b`, `a like`; one value and a list of them are one. */
function comparisons(node: Node): readonly string[] {
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
