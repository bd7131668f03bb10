/**
 * A query as SQL of a dialect, for people: one clause a line, placeholders by their numbers, and `…` where the source does
 * not say. `[x]` may be left out, `{a | b}` is one of them: what host code decides when it runs.
 */
import type { Assignment, Expr, From, Insert, Name, OrderItem, Query, SelectItem, TableRef, With } from './model';
import { type ExprPrinter, exprPrinter } from './printSqlExpr';
import { identifier, type SqlStyle } from './sqlStyle';

/** Longer text is cut: it is read in a pop-up. */
const longest = 1600;

export interface PrintedSql {
  readonly sql: string;
  /** What the placeholders stand for, in their order. */
  readonly values: readonly string[];
}

export function printSql(query: Query, style: SqlStyle): PrintedSql {
  const values: string[] = [];
  const printer = statementPrinter(style, values);
  const sql = printer(query);
  return { sql: sql.length > longest ? `${sql.slice(0, longest)} …` : sql, values };
}

type Print = (query: Query) => string;

function statementPrinter(style: SqlStyle, values: string[]): Print {
  const print: Print = (query) => clauses(query).filter(Boolean).join('\n');
  const nested = (query: Query): string => clauses(query).filter(Boolean).join(' ');
  const e: ExprPrinter = exprPrinter(style, values, nested);
  const id = (name: string): string => identifier(name, style);
  const path = ({ parts }: Name): string => parts.map(id).join('.');
  const clause = (word: string, text: string): string => (text === '' ? '' : `${word} ${text}`);
  const listed = (items: readonly string[]): string => items.join(', ');

  const named = (alias: string | undefined, columns?: readonly string[]): string =>
    (alias === undefined ? '' : ` AS ${id(alias)}`) + (columns ? ` (${listed(columns.map(id))})` : '');

  const from = (item: From): string => {
    switch (item.kind) {
      case 'table':
        return `${path(item.name)}${named(item.alias, item.columns)}`;
      case 'derived':
        return `${item.lateral ? 'LATERAL ' : ''}(${nested(item.query)})${named(item.alias ?? 'q', item.columns)}`;
      case 'function':
        return `${item.lateral ? 'LATERAL ' : ''}${e.print(item.call)}${named(item.alias, item.columns)}`;
      case 'opaque-from':
        return `…${named(item.alias)}`;
      case 'join': {
        const right = item.right.kind === 'join' ? `(${from(item.right)})` : from(item.right);
        const cross = item.type === 'cross' || (!item.on && !item.using && !item.natural);
        const on = item.on ? ` ON ${e.print(item.on)}` : item.using ? ` USING (${listed(item.using.map(id))})` : '';
        const word = cross ? 'CROSS JOIN' : `${item.natural ? 'NATURAL ' : ''}${joins[item.type]}`;
        const joined = `${word} ${right}${on}`;
        return `${from(item.left)} ${item.optional ? `[${joined}]` : joined}`;
      }
    }
  };

  const item = ({ expr, alias }: SelectItem): string => `${e.print(expr)}${named(alias)}`;
  const order = ({ expr, descending }: OrderItem): string => `${e.print(expr)}${descending ? ' DESC' : ''}`;
  const set = (all: readonly Assignment[]): string =>
    listed(
      all.map(({ qualifier, column, value }) => {
        const name = style.mysql ? [...qualifier, column].map(id).join('.') : id(column);
        return `${name} = ${e.print(value)}`;
      }),
    );

  const withClause = (all: With | undefined): string =>
    clause(
      all?.recursive ? 'WITH RECURSIVE' : 'WITH',
      listed(
        (all?.ctes ?? []).map(({ name, columns, query, materialized }) => {
          const kept =
            materialized === undefined || style.mysql ? '' : materialized ? 'MATERIALIZED ' : 'NOT MATERIALIZED ';
          return `${id(name)}${columns ? ` (${listed(columns.map(id))})` : ''} AS ${kept}(${nested(query)})`;
        }),
      ),
    );

  const tail = (query: Extract<Query, { offset?: unknown }>): readonly string[] => [
    clause('ORDER BY', listed(query.orderBy.map(order))),
    clause('LIMIT', query.limit ? e.print(query.limit) : ''),
    clause('OFFSET', query.offset ? e.print(query.offset) : ''),
    query.lock ? `FOR ${query.lock.toUpperCase()}` : '',
  ];

  const returning = (items: readonly SelectItem[] | undefined): string =>
    style.returning && items ? clause('RETURNING', listed(items.map(item))) : '';

  const inserted = (query: Insert): readonly string[] => {
    const { source, columns, onConflict } = query;
    const into = query.table.kind === 'table' ? from(query.table) : '…';
    const ignore = query.ignore === true || (onConflict !== undefined && onConflict.set.length === 0);
    const verb = query.replace ? 'REPLACE' : style.mysql && ignore ? 'INSERT IGNORE' : 'INSERT';
    const names =
      columns && columns.length > 0
        ? ` (${listed([...columns.map(({ name }) => id(name)), ...(query.openColumns ? ['…'] : [])])})`
        : '';
    const rows =
      source === 'default'
        ? style.mysql
          ? '() VALUES ()'
          : 'DEFAULT VALUES'
        : source.kind === 'opaque'
          ? 'VALUES (…)'
          : nested(source);
    return [
      withClause(query.with),
      `${verb} INTO ${into}${names}`,
      rows,
      conflict(query, ignore),
      returning(query.returning),
    ];
  };

  const conflict = ({ onConflict, ignore }: Insert, nothing: boolean): string => {
    if (style.mysql)
      return onConflict && onConflict.set.length > 0 ? `ON DUPLICATE KEY UPDATE ${set(onConflict.set)}` : '';
    if (!onConflict && !ignore) return '';
    const target = onConflict && onConflict.target.length > 0 ? ` (${listed(onConflict.target.map(id))})` : '';
    const where = onConflict?.targetWhere ? ` WHERE ${e.print(onConflict.targetWhere)}` : '';
    if (nothing || !onConflict) return `ON CONFLICT${target}${where} DO NOTHING`;
    const only = onConflict.where ? ` WHERE ${e.print(onConflict.where)}` : '';
    return `ON CONFLICT${target}${where} DO UPDATE SET ${set(onConflict.set)}${only}`;
  };

  /** The target, the tables beside it, and the conditions that joined them, as dialects with `FROM` and `USING` want them. */
  const beside = (targets: readonly (TableRef | { readonly kind: 'opaque-from' })[], all: readonly From[]) => {
    const others: string[] = [];
    const conditions: string[] = [];
    const walk = (one: From): void => {
      if (one.kind !== 'join') {
        if (!(targets as readonly unknown[]).includes(one)) others.push(from(one));
        return;
      }
      walk(one.left);
      walk(one.right);
      if (one.on) conditions.push(e.operand(one.on));
    };
    for (const one of all) walk(one);
    return { others, conditions };
  };

  const clauses = (query: Query): readonly string[] => {
    const where = 'where' in query && query.where ? e.print(query.where) : '';
    switch (query.kind) {
      case 'select': {
        const distinct =
          query.distinct === false
            ? ''
            : query.distinct === true || style.mysql
              ? 'DISTINCT '
              : `DISTINCT ON (${listed(query.distinct.map(e.print))}) `;
        const items = query.items.length === 0 ? '*' : listed(query.items.map(item));
        return [
          withClause(query.with),
          `SELECT ${distinct}${items}`,
          clause('FROM', listed(query.from.map(from))),
          clause('WHERE', where),
          clause('GROUP BY', listed(query.groupBy.map(e.print))),
          clause('HAVING', query.having ? e.print(query.having) : ''),
          ...tail(query),
        ];
      }
      case 'set-operation': {
        const side = (one: Query): string =>
          one.kind === 'select' && !hasTail(one) ? nested(one) : `(${nested(one)})`;
        const word = `${query.op.toUpperCase()}${query.all ? ' ALL' : ''}`;
        return [withClause(query.with), side(query.left), word, side(query.right), ...tail(query)];
      }
      case 'values':
        return [
          withClause(query.with),
          `VALUES ${listed(query.rows.map((row) => `(${listed(row.map(e.print))})${row.some(isMany) ? ', …' : ''}`))}`,
          ...tail(query),
        ];
      case 'insert':
        return inserted(query);
      case 'update':
      case 'delete': {
        const verb = query.kind === 'update' ? 'UPDATE' : 'DELETE FROM';
        const [target] = query.targets;
        const to = target ? (target.kind === 'table' ? from(target) : '…') : '…';
        const changes =
          query.kind === 'update'
            ? `SET ${[set(query.set), query.openSet || query.set.length === 0 ? '…' : ''].filter(Boolean).join(', ')}`
            : '';
        const several = query.from.length > 1 || query.from.some(({ kind }) => kind === 'join');
        const end = style.mysql ? tail({ ...query, kind: 'values', rows: [] }) : [];
        if (style.mysql && several) {
          const all = listed(query.from.map(from));
          const names = listed(
            query.targets.map((one) => (one.kind === 'table' ? id(one.alias ?? one.name.parts.at(-1) ?? '') : '…')),
          );
          const head = query.kind === 'update' ? `UPDATE ${all}` : `DELETE ${names} FROM ${all}`;
          return [withClause(query.with), head, changes, clause('WHERE', where)];
        }
        const { others, conditions } = beside(query.targets, query.from);
        const asked = [...conditions, ...(query.where ? [conditions.length > 0 ? e.operand(query.where) : where] : [])];
        return [
          withClause(query.with),
          `${verb} ${to}`,
          changes,
          clause(query.kind === 'update' ? 'FROM' : 'USING', listed(others)),
          clause('WHERE', asked.join(' AND ')),
          ...end,
          returning(query.returning),
        ];
      }
      case 'merge': {
        const actions = query.actions.map((action) => {
          const only = action.condition ? ` AND ${e.print(action.condition)}` : '';
          const names = action.columns ? ` (${listed(action.columns.map(id))})` : '';
          const values = action.values ? ` VALUES (${listed(action.values.map(e.print))})` : '';
          const does = {
            insert: `INSERT${names}${values}`,
            update: `UPDATE SET ${set(action.set ?? [])}`,
            delete: 'DELETE',
            nothing: 'DO NOTHING',
          }[action.action];
          return `WHEN ${action.when.toUpperCase().replace('-', ' ').replaceAll('-', ' ')}${only} THEN ${does}`;
        });
        const target = query.target.kind === 'table' ? from(query.target) : '…';
        return [
          withClause(query.with),
          `MERGE INTO ${target}`,
          `USING ${from(query.source)} ON ${e.print(query.on)}`,
          ...actions,
        ];
      }
      case 'other':
        return ['…'];
    }
  };
  return print;
}

const joins = {
  inner: 'JOIN',
  left: 'LEFT JOIN',
  right: 'RIGHT JOIN',
  full: 'FULL JOIN',
  cross: 'CROSS JOIN',
} as const;

const hasTail = (query: Extract<Query, { kind: 'select' }>): boolean =>
  query.orderBy.length > 0 || query.limit !== undefined || query.offset !== undefined || query.with !== undefined;

/** Stands for any number of rows. */
const isMany = (expr: Expr): boolean => expr.kind === 'param' && expr.many === true;
