/**
 * Queries as one line of text: `printExpr` writes what a person would write (`o.tenant_id = $1`), `printQuery` a compact
 * S-expression that shows the whole model.
 */
import type { Ddl } from './ddl';
import type { Assignment, Expr, From, Name, OrderItem, Query, SelectItem, TableRef, With } from './model';
import { isOperator } from './operators';

const name = (value: Name): string => value.parts.join('.');
const dotted = (qualifier: readonly string[], last: string): string => [...qualifier, last].join('.');
const list = (items: readonly Expr[]): string => items.map(printExpr).join(', ');
const not = (negated: boolean): string => (negated ? 'NOT ' : '');

/**
 * The identity of a value without the place that tells it from others of its name (`id@src/a.ts:120`): a place is another
 * one on every machine and after every edit.
 */
export const shownId = (id: string): string => id.replace(/@[^'"`]*?\.[cm]?[jt]sx?(?!\w)(?::\d+)?/g, '');

export const printExpr = (expr: Expr): string => {
  switch (expr.kind) {
    case 'column':
      return dotted(expr.qualifier, expr.name);
    case 'star':
      return dotted(expr.qualifier, '*');
    case 'const':
      return printConst(expr.value, expr.type);
    case 'param':
      return expr.many ? `${shownId(expr.id)}…` : shownId(expr.id);
    case 'compare':
      return `${operand(expr.left)} ${expr.op.toUpperCase()} ${operand(expr.right)}`;
    case 'in': {
      const items = Array.isArray(expr.items) ? `(${list(expr.items)})` : printQuery(expr.items as Query);
      return `${operand(expr.left)} ${not(expr.negated)}IN ${items}`;
    }
    case 'between':
      return `${operand(expr.value)} ${not(expr.negated)}BETWEEN ${operand(expr.low)} AND ${operand(expr.high)}`;
    case 'like':
      return `${operand(expr.value)} ${not(expr.negated)}${expr.ignoreCase ? 'ILIKE' : 'LIKE'} ${operand(expr.pattern)}`;
    case 'is-null':
      return `${operand(expr.value)} IS ${not(expr.negated)}NULL`;
    case 'is-truth':
      return `${operand(expr.value)} IS ${not(expr.negated)}${String(expr.truth).toUpperCase()}`;
    case 'and':
    case 'or':
      return expr.args.map(operand).join(` ${expr.kind.toUpperCase()} `);
    case 'not':
      return `NOT ${operand(expr.arg)}`;
    case 'exists':
      return `EXISTS ${printQuery(expr.query)}`;
    case 'subquery':
      return `${expr.array ? 'ARRAY ' : expr.quantifier ? `${expr.quantifier.toUpperCase()} ` : ''}${printQuery(expr.query)}`;
    case 'cast':
      return `${operand(expr.value)}::${expr.type}`;
    case 'row':
      return `(${list(expr.items)})`;
    case 'array':
      return `[${list(expr.items)}]`;
    case 'call':
      return printCall(expr);
    case 'operation': {
      const [first, second] = expr.args;
      if (first !== undefined && second !== undefined && expr.args.length === 2)
        return `${operand(first)} ${expr.op} ${operand(second)}`;
      return `${expr.op}(${list(expr.args)})`;
    }
    case 'case':
      return `CASE(${list(expr.args)})`;
    case 'choice':
      return `{${expr.options.map(printExpr).join(' | ')}}`;
    case 'opaque':
      return '…';
  }
};

const printConst = (value: string | number | bigint | boolean | null, type: string): string => {
  if (type === 'string') return `'${String(value).replaceAll("'", "''")}'`;
  if (type === 'bytes') return `b'${value}'`;
  return value === null ? 'NULL' : typeof value === 'boolean' ? String(value).toUpperCase() : String(value);
};

/** An operand, in parentheses where it is an operator itself. */
const operand = (expr: Expr): string => (isOperator(expr) ? `(${printExpr(expr)})` : printExpr(expr));

const printCall = (call: Extract<Expr, { kind: 'call' }>): string => {
  const order = call.orderBy === undefined ? '' : ` ORDER BY ${list(call.orderBy)}`;
  const filter = call.filter === undefined ? '' : ` FILTER (${printExpr(call.filter)})`;
  const over =
    call.over === undefined
      ? ''
      : ` OVER (${[
          call.over.partitionBy.length > 0 ? `PARTITION BY ${list(call.over.partitionBy)}` : '',
          call.over.orderBy.length > 0 ? `ORDER BY ${list(call.over.orderBy)}` : '',
        ]
          .filter(Boolean)
          .join(' ')})`;
  return `${call.name}${call.aggregate ? '!' : ''}(${call.distinct ? 'DISTINCT ' : ''}${list(call.args)}${order})${filter}${over}`;
};

export const printFrom = (from: From): string => {
  switch (from.kind) {
    case 'table':
      return `${name(from.name)}${aliased(from)}${from.optional ? '?' : ''}`;
    case 'derived':
      return `${from.lateral ? 'LATERAL ' : ''}${printQuery(from.query)}${aliased(from)}`;
    case 'function':
      return `${from.lateral ? 'LATERAL ' : ''}${printExpr(from.call)}${aliased(from)}`;
    case 'opaque-from':
      return `…${aliased(from)}`;
    case 'join': {
      const on = from.on === undefined ? '' : ` ON ${printExpr(from.on)}`;
      const using = from.using === undefined ? '' : ` USING (${from.using.join(', ')})`;
      const type = `${from.natural ? 'NATURAL ' : ''}${from.type.toUpperCase()}${from.optional ? '?' : ''}`;
      return `[${printFrom(from.left)} ${type} ${printFrom(from.right)}${on}${using}]`;
    }
  }
};

const aliased = (from: { readonly alias?: string; readonly columns?: readonly string[] }): string =>
  (from.alias === undefined ? '' : ` ${from.alias}`) +
  (from.columns === undefined ? '' : `(${from.columns.join(', ')})`);

const printItem = (item: SelectItem): string =>
  item.alias === undefined ? printExpr(item.expr) : `${printExpr(item.expr)} AS ${item.alias}`;

const printOrder = (item: OrderItem): string => `${printExpr(item.expr)}${item.descending ? ' DESC' : ''}`;

const printSet = (set: readonly Assignment[]): string =>
  set.map((item) => `${dotted(item.qualifier, item.column)} = ${printExpr(item.value)}`).join(', ');

const clause = (word: string, text: string | undefined): string => (text ? ` (${word} ${text})` : '');

const printWith = (clauses: With | undefined): string =>
  clauses === undefined
    ? ''
    : clause(
        clauses.recursive ? 'with-recursive' : 'with',
        clauses.ctes
          .map((cte) => {
            const kept = cte.materialized === undefined ? '' : cte.materialized ? ' materialized' : ' inlined';
            return `${cte.name}${cte.columns === undefined ? '' : `(${cte.columns.join(', ')})`}${kept} ${printQuery(cte.query)}`;
          })
          .join(', '),
      );

const printTail = (query: Extract<Query, { offset?: Expr }>): string =>
  clause('order', query.orderBy.map(printOrder).join(', ')) +
  clause('limit', query.limit && printExpr(query.limit)) +
  clause('offset', query.offset && printExpr(query.offset)) +
  clause('lock', query.lock);

export const printQuery = (query: Query): string => `(${query.kind}${printBody(query)})`;

const printBody = (query: Query): string => {
  const where = 'where' in query && query.where !== undefined ? clause('where', printExpr(query.where)) : '';
  const returning = 'returning' in query ? clause('returning', query.returning?.map(printItem).join(', ')) : '';
  switch (query.kind) {
    case 'select': {
      const distinct =
        query.distinct === false
          ? ''
          : query.distinct === true
            ? ' distinct'
            : ` distinct-on [${list(query.distinct)}]`;
      return (
        printWith(query.with) +
        distinct +
        clause('items', query.items.map(printItem).join(', ')) +
        clause('from', query.from.map(printFrom).join(', ')) +
        where +
        clause(query.groupingSets ? 'grouping-sets' : 'group', list(query.groupBy)) +
        (query.groupingSets && query.groupBy.length === 0 ? ' (grouping-sets)' : '') +
        clause('having', query.having && printExpr(query.having)) +
        (query.into ? ' into' : '') +
        printTail(query)
      );
    }
    case 'set-operation':
      return `${printWith(query.with)} ${query.op}${query.all ? ' all' : ''} ${printQuery(query.left)} ${printQuery(query.right)}${printTail(query)}`;
    case 'values':
      return `${printWith(query.with)} ${query.rows.map((row) => `[${list(row)}]`).join(' ')}${printTail(query)}`;
    case 'insert': {
      const source =
        query.source === 'default' ? 'default' : query.source.kind === 'opaque' ? '…' : printQuery(query.source);
      const flags = `${query.replace ? ' replace' : ''}${query.ignore ? ' ignore' : ''}`;
      const columns = query.columns === undefined ? '' : ` (${query.columns.map((column) => column.name).join(', ')})`;
      const conflict =
        query.onConflict === undefined
          ? ''
          : ` (conflict [${query.onConflict.target.join(', ')}]${clause('set', printSet(query.onConflict.set))}${clause('where', query.onConflict.where && printExpr(query.onConflict.where))})`;
      return `${printWith(query.with)}${flags} ${printFrom(query.table)}${columns} ${source}${conflict}${returning}`;
    }
    case 'update':
    case 'delete': {
      const set = query.kind === 'update' ? clause('set', printSet(query.set) + (query.openSet ? ', …' : '')) : '';
      const tail =
        clause('order', query.orderBy.map(printOrder).join(', ')) +
        clause('limit', query.limit && printExpr(query.limit));
      return `${printWith(query.with)} ${query.targets.map(printFrom).join(', ')}${set}${clause('from', query.from.map(printFrom).join(', '))}${where}${tail}${returning}`;
    }
    case 'merge': {
      const actions = query.actions.map((action) => {
        const columns = action.columns === undefined ? '' : ` (${action.columns.join(', ')})`;
        const values = action.values === undefined ? '' : ` [${list(action.values)}]`;
        const set = action.set === undefined ? '' : ` ${printSet(action.set)}`;
        return ` (${action.when} ${action.action}${clause('if', action.condition && printExpr(action.condition))}${columns}${values}${set})`;
      });
      return `${printWith(query.with)} ${printFrom(query.target)} (using ${printFrom(query.source)}) (on ${printExpr(query.on)})${actions.join('')}${returning}`;
    }
    case 'other':
      return ` ${query.what}${clause('tables', query.tables.map(table).join(', '))}${query.inner === undefined ? '' : ` ${printQuery(query.inner)}`}${query.ddl === undefined ? '' : ` ${printDdl(query.ddl)}`}${query.argument ? ` ${JSON.stringify(query.argument)}` : ''}`;
  }
};

const table = (ref: TableRef): string => printFrom(ref);

/** DDL as JSON without spans, expressions as text. */
export const printDdl = (ddl: Ddl): string =>
  JSON.stringify(ddl, (key, value: unknown) => {
    if (key === 'span') return undefined;
    if (typeof value !== 'object' || value === null || !('kind' in value)) return value;
    if (key === 'expr' || key === 'where' || key === 'default' || key === 'generated') return printExpr(value as Expr);
    return key === 'as' || key === 'query' ? printQuery(value as Query) : value;
  });
