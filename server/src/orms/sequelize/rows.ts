/** What the methods of a row send: by primary key alone, whatever the row was found by. */
import type { Ref, Shape } from '../../flow/flow';
import type { Expr, Insert, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf } from '../build/build';
import { and, column, equals, opaque, param } from '../build/expr';
import type { Relation } from '../build/model';
import { isTrue, objectIn, optionIn, textIn } from '../build/options';
import { assignmentsOf, insertRows, rowOf, rowsOf, suppliedBy } from '../build/rows';
import { openSources } from '../build/sources';
import { countStar, insert, remove, select, update } from '../build/statements';
import { type Context, columnName } from './context';
import type { SequelizeModel } from './models';
import { filterOf, includeAll, scopesOf } from './options';
import type { RowReceiver } from './receiver';
import { place, type Sent, softly } from './statements';

/** `own`: the expression that the row is. */
export const rowStatements = (
  c: Context,
  method: string,
  args: readonly Ref[],
  receiver: RowReceiver,
  model: SequelizeModel,
  own: Ref,
  at: Span,
): readonly Sent[] => {
  const call = c.site.value.span;
  const table = (): TableRef => c.table(model.table, at);
  const [first] = args;
  switch (method) {
    case 'save': {
      const set = c.flow.shapes(own).flatMap((shape) => (shape.kind === 'chain' ? (shape.set ?? []) : []));
      if (receiver.origin === 'new') {
        const base = receiver.values === undefined ? [] : rowsOf(c, receiver.values, place(c, model));
        const added = rowOf(c, set, true, place(c, model));
        const rows =
          base.length === 0
            ? [added]
            : base.map((row) => row && { cells: [...row.cells, ...added.cells], open: row.open });
        return [{ query: insertRows(c, table(), rows, receiver.values, at, suppliedBy(model)) }];
      }
      const target = table();
      return [
        {
          query: update(
            target,
            byKey(c, model, own, target, at),
            call,
            assignmentsOf([rowOf(c, set, true, place(c, model))]),
          ),
        },
      ];
    }
    case 'update': {
      const target = table();
      const rows = first === undefined ? [] : rowsOf(c, first, place(c, model));
      return [{ query: update(target, byKey(c, model, own, target, at), call, assignmentsOf(rows)) }];
    }
    case 'increment':
    case 'decrement':
    case 'restore': {
      const target = table();
      return [{ query: update(target, byKey(c, model, own, target, at), call) }];
    }
    case 'destroy': {
      const target = table();
      const where = byKey(c, model, own, target, at);
      const force = isTrue(c.flow, optionIn(objectIn(c.flow, [first]), 'force'));
      return [
        {
          query:
            model.paranoid && !force ? update(target, where, call, softly(model, at)) : remove(target, where, call),
        },
      ];
    }
    case 'reload': {
      const target = table();
      const sources = openSources(c, target);
      includeAll(c, sources, model, aliasOf(target), objectIn(c.flow, [first]), false);
      return [{ query: select([sources.from()], call, { where: byKey(c, model, own, target, at) }) }];
    }
    default: {
      const relation = model.relations.get(textIn(c.flow, first) ?? '');
      return relation === undefined ? [] : associated(c, method, args.slice(1), relation, own, at);
    }
  }
};

const byKey = (c: Context, model: SequelizeModel, own: Ref, table: TableRef, span: Span): Expr =>
  and(
    model.primaryKey.map((name) =>
      equals(
        column(aliasOf(table), columnName(model, name), span),
        param(`${c.flow.valueId(own)}.${name}`, span),
        span,
      ),
    ),
    span,
  );

/** `$get('team')` and `getTeam()`; `args` are what stands behind the association's name. */
export const associated = (
  c: Context,
  method: string,
  args: readonly Ref[],
  relation: Relation,
  own: Ref,
  at: Span,
): readonly Sent[] => {
  const target = c.data.models.get(relation.target);
  if (target === undefined) return [];
  const call = c.site.value.span;
  const mine = (name: string): Expr => param(`${c.flow.valueId(own)}.${name}`, at);
  const [first, second] = args;
  if (method === '$get' || method === '$count' || method === '$has') {
    const options = objectIn(c.flow, [method === '$has' ? second : first]);
    const table = c.table(target.table, at);
    const sources = openSources(c, table);
    const alias = aliasOf(table);
    const scoped = scopesOf(c, target, scopeIn(options));
    const parts: Expr[] = [filterOf(c, target, alias, options, scoped, at)];
    if (relation.through === undefined)
      parts.push(...relation.on.map((pair) => equals(column(alias, pair.other, at), mine(pair.own), at)));
    else {
      const link = c.table(relation.through.table, at);
      const on = relation.through.on.map((pair) =>
        equals(column(aliasOf(link), pair.own, at), column(alias, pair.other, at), at),
      );
      sources.add(link, and(on, at), { span: at, optional: false, type: 'inner' });
      parts.push(...relation.on.map((pair) => equals(column(aliasOf(link), pair.other, at), mine(pair.own), at)));
    }
    includeAll(c, sources, target, alias, options, false);
    for (const scope of scoped) includeAll(c, sources, target, alias, scope.options, scope.optional);
    return [
      {
        query: select([sources.from()], call, {
          where: and(parts, at),
          ...(method === '$get' ? {} : { items: [countStar(call)] }),
        }),
      },
    ];
  }
  if (method === '$create') {
    const rows = first === undefined ? [] : rowsOf(c, first, place(c, target));
    const keys = relation.through === undefined && !relation.owns ? relation.on : [];
    const bound = rows.map(
      (row) =>
        row && {
          ...row,
          cells: [...row.cells, ...keys.map((pair) => ({ column: pair.other, span: at, value: mine(pair.own) }))],
        },
    );
    return [{ query: insertRows(c, c.table(target.table, at), bound, first, at, suppliedBy(target)) }];
  }
  if (relation.through !== undefined) {
    const link = c.table(relation.through.table, at);
    if (method !== '$remove') {
      const rows = opaque('the linked rows', at) as Extract<Insert['source'], { kind: 'opaque' }>;
      return [{ query: insert(link, rows, at) }];
    }
    return [
      {
        query: remove(
          link,
          and(
            relation.on.map((pair) => equals(column(aliasOf(link), pair.other, at), mine(pair.own), at)),
            at,
          ),
          call,
        ),
      },
    ];
  }
  if (relation.owns) return [];
  const table = c.table(target.table, at);
  const id: Shape['kind'] | undefined = first === undefined ? undefined : c.flow.shapes(first)[0]?.kind;
  const ids = param(first === undefined ? 'none' : c.flow.valueId(first), at, id === 'list');
  return [
    {
      query: update(
        table,
        equals(column(aliasOf(table), columnName(target, target.primaryKey[0] ?? 'id'), at), ids, at),
        call,
      ),
    },
  ];
};

const scopeIn = (options: ReturnType<typeof objectIn>): 'default' | readonly Ref[] => {
  const scope = optionIn(options, 'scope');
  if (scope === undefined) return 'default';
  return scope.value.kind === 'literal' && scope.value.value === false ? [] : [scope];
};
