/** What a CHECK constraint says about columns: the values that they may take, and that they, or some of them, are not NULL. */
import type { Expr } from '../query/model';

export interface CheckFacts {
  readonly name?: string;
  readonly columns: readonly CheckedColumn[];
  /** At least one of these has a value. */
  readonly someNotNull?: readonly string[];
}

export interface CheckedColumn {
  readonly column: string;
  /** Undefined: this check lists no values. */
  readonly values?: readonly string[];
  readonly notNull?: boolean;
}

export function readCheck(expr: Expr, name?: string): CheckFacts {
  const some = someNotNull(expr);
  return { name, columns: conjuncts(expr), ...(some.length > 1 && { someNotNull: some }) };
}

/** Empty where the check does not want a value in one of several columns. */
function someNotNull(expr: Expr): readonly string[] {
  switch (expr.kind) {
    case 'and':
      return expr.args.map(someNotNull).find((columns) => columns.length > 1) ?? [];
    case 'or': {
      const branches = expr.args.map((arg) =>
        conjuncts(arg).flatMap(({ column, notNull }) => (notNull ? [column] : [])),
      );
      return branches.every((columns) => columns.length > 0) ? [...new Set(branches.flat())] : [];
    }
    case 'compare':
      return compared(expr);
    default:
      return [];
  }
}

/** `num_nonnulls(a, b) = 1`, `(a IS NULL) <> (b IS NULL)`, `(a IS NOT NULL)::int + (b IS NOT NULL)::int = 1`. */
function compared({ op, left, right }: Extract<Expr, { kind: 'compare' }>): readonly string[] {
  const nullTests = [left, right].map(nullTest);
  if (op === '<>') {
    const columns = nullTests.flatMap((test) => test?.column ?? []);
    return columns.length === 2 && nullTests[0]?.negated === nullTests[1]?.negated ? columns : [];
  }
  const count = right.kind === 'const' ? Number(right.value) : Number.NaN;
  if (!(op === '>' ? count >= 0 : (op === '=' || op === '>=') && count >= 1)) return [];
  const parts = left.kind === 'call' && left.name === 'num_nonnulls' ? left.args : undefined;
  if (parts) {
    const columns = parts.flatMap((part) => columnOf(part) ?? []);
    return columns.length === parts.length ? columns : [];
  }
  const added = addends(left).map(nullTest);
  return added.every((test) => test?.negated) ? added.flatMap((test) => test?.column ?? []) : [];
}

const addends = (expr: Expr): readonly Expr[] =>
  expr.kind === 'operation' && expr.op === '+' ? expr.args.flatMap(addends) : [expr];

function nullTest(expr: Expr): { readonly column: string; readonly negated: boolean } | undefined {
  if (expr.kind === 'cast') return nullTest(expr.value);
  if (expr.kind !== 'is-null') return undefined;
  const column = columnOf(expr.value);
  return column === undefined ? undefined : { column, negated: expr.negated };
}

function conjuncts(expr: Expr): readonly CheckedColumn[] {
  if (expr.kind === 'and') return expr.args.flatMap(conjuncts);
  if (expr.kind === 'is-null' && expr.negated) {
    const column = columnOf(expr.value);
    return column === undefined ? [] : [{ column, notNull: true }];
  }
  if (expr.kind === 'not' && expr.arg.kind === 'is-null') return conjuncts({ ...expr.arg, negated: !expr.arg.negated });
  const listed = listedValues(expr);
  return listed === undefined ? [] : [listed];
}

/** `x = 'a'`, `x IN ('a', 'b')`, and ORs of these and `x IS NULL` over one and the same column. */
function listedValues(expr: Expr): { column: string; values: readonly string[] } | undefined {
  switch (expr.kind) {
    case 'compare': {
      if (expr.op !== '=') return undefined;
      const column = columnOf(expr.left) ?? columnOf(expr.right);
      const value = constantOf(columnOf(expr.left) === undefined ? expr.left : expr.right);
      return column === undefined || value === undefined ? undefined : { column, values: [value] };
    }
    case 'in': {
      const column = columnOf(expr.left);
      if (column === undefined || expr.negated || !isList(expr.items)) return undefined;
      const values = expr.items.map(constantOf);
      return values.every((value) => value !== undefined) ? { column, values } : undefined;
    }
    case 'or': {
      const parts = expr.args.filter((arg) => !(arg.kind === 'is-null' && !arg.negated));
      const lists = parts.map(listedValues);
      const column = lists[0]?.column;
      const nullChecks = expr.args.filter((arg) => arg.kind === 'is-null');
      if (column === undefined || lists.some((list) => list?.column !== column)) return undefined;
      if (nullChecks.some((check) => check.kind === 'is-null' && columnOf(check.value) !== column)) return undefined;
      return { column, values: [...new Set(lists.flatMap((list) => list?.values ?? []))] };
    }
    default:
      return undefined;
  }
}

const isList = <T>(items: readonly T[] | object): items is readonly T[] => Array.isArray(items);

/** Casts are how PostgreSQL prints a check back (`status::text = ANY (ARRAY['a'::text])`): they do not change the list. */
function columnOf(expr: Expr): string | undefined {
  if (expr.kind === 'cast') return columnOf(expr.value);
  return expr.kind === 'column' ? expr.name : undefined;
}

function constantOf(expr: Expr): string | undefined {
  if (expr.kind === 'cast') return constantOf(expr.value);
  return expr.kind === 'const' && expr.value !== null && expr.type !== 'bytes' ? String(expr.value) : undefined;
}

/** The columns that an expression names, each once. */
export function columnsIn(expr: Expr): readonly string[] {
  const found = new Set<string>();
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if ('kind' in part && part.kind === 'column' && 'name' in part && typeof part.name === 'string') {
      found.add(part.name);
      return;
    }
    for (const value of Object.values(part)) visit(value);
  };
  visit(expr);
  return [...found];
}
