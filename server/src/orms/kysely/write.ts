/** INSERT, UPDATE, DELETE and MERGE. */
import type { Entry, Ref, Shape } from '../../flow/flow';
import type { From, Insert, MergeAction, OnConflict, OpaqueFrom, Query, SelectItem, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf, type Build } from '../build/build';
import { param, truth } from '../build/expr';
import { assignmentsOf, insertRows, type Placed, rowsOf } from '../build/rows';
import { insert, remove, update } from '../build/statements';
import { isUndefined, spanIn } from '../build/value';
import { operand } from './expression';
import type { CallStep } from './handle';
import { type Context, lastColumn, nameIn } from './names';
import { itemsIn, queryIn } from './select';
import { joinedFrom, onOf, sourceIn, sourcesIn } from './sources';
import { conditionsOf, spanOf } from './where';

const verbs = /^(?:insertInto|replaceInto|updateTable|deleteFrom|mergeInto)$/;

export const isWrite = ({ name }: CallStep): boolean => verbs.test(name);

const isTarget = (from: From | undefined): from is TableRef | OpaqueFrom =>
  from?.kind === 'table' || from?.kind === 'opaque-from';

export const written = (c: Context, calls: readonly CallStep[], span: Span): Query => {
  const verb = calls.find(isWrite);
  const at = verb === undefined ? span : spanOf(c, verb);
  const sources = sourcesIn(c, verb?.args[0], at);
  const [first, ...others] = sources;
  const table: TableRef | OpaqueFrom = isTarget(first)
    ? first
    : { kind: 'opaque-from', why: 'a table that is not read', span: at };
  const where = conditionsOf(c, calls, 'where', at);
  const returning = returned(c, calls);
  const limited = calls.some(({ name }) => name === 'limit') ? { limit: param('limit', at) } : {};
  switch (verb?.name) {
    case 'insertInto':
    case 'replaceInto':
      return { ...inserted(c, calls, table, at, verb.name === 'replaceInto'), ...returning, span };
    case 'updateTable':
      return update(table, where, span, {
        from: fromOf(c, calls, [table, ...others], 'from'),
        ...assigned(c, calls),
        ...limited,
        ...returning,
      });
    case 'deleteFrom':
      return remove(table, where, span, {
        from: fromOf(c, calls, [table, ...others], 'using'),
        ...limited,
        ...returning,
      });
    default:
      return merged(c, calls, table, span);
  }
};

const returned = (c: Context, calls: readonly CallStep[]): { readonly returning?: readonly SelectItem[] } => {
  const items = calls
    .filter(({ name }) => name === 'returning')
    .flatMap(({ args }) => args.flatMap((arg) => itemsIn(c, arg)));
  // Columns alone ask nothing of other tables.
  return items.some(({ expr }) => expr.kind === 'subquery') ? { returning: items } : {};
};

/** The target, what `from` or `using` names besides it, and what is joined on to the last of them. */
const fromOf = (
  c: Context,
  calls: readonly CallStep[],
  targets: readonly From[],
  name: 'from' | 'using',
): readonly From[] => {
  const more = calls
    .filter((call) => call.name === name)
    .flatMap((call) => sourcesIn(c, call.args[0], spanOf(c, call)))
    // MySQL's `DELETE FROM t USING t JOIN …` names its target twice.
    .filter(
      (from) => !(isTarget(from) && targets.some((target) => isTarget(target) && nameOf(target) === nameOf(from))),
    );
  const all = [...targets, ...more];
  const last = all.at(-1);
  return last === undefined ? all : [...all.slice(0, -1), joinedFrom(c, calls, last)];
};

const nameOf = (table: TableRef | OpaqueFrom): string | undefined =>
  table.kind === 'table' ? aliasOf(table) : undefined;

const assigned = (c: Context, calls: readonly CallStep[]) => {
  const rows = calls
    .filter(({ name }) => name === 'set')
    .flatMap((call) => {
      const [first, second] = call.args;
      const name = second === undefined ? undefined : nameIn(c, first);
      if (first === undefined) return [];
      if (name === undefined || second === undefined) return rowsOf(c, first, placedIn(c), unpacked);
      const cell = { column: lastColumn(c, name), span: spanIn(c, first), value: operand(c, second) };
      return [{ cells: [cell], open: false }];
    });
  return assignmentsOf(rows);
};

const inserted = (
  c: Context,
  calls: readonly CallStep[],
  table: TableRef | OpaqueFrom,
  at: Span,
  replace: boolean,
): Insert => {
  const last = (name: string): CallStep | undefined => calls.findLast((call) => call.name === name);
  const values = last('values')?.args[0] ?? last('set')?.args[0];
  const expression = last('expression')?.args[0];
  const conflict = conflictOf(c, calls);
  const parts: Partial<Insert> = {
    ...(conflict === undefined ? {} : { onConflict: conflict }),
    ...(replace || last('orReplace') !== undefined ? { replace: true } : {}),
    ...(last('ignore') !== undefined || last('orIgnore') !== undefined ? { ignore: true } : {}),
  };
  const from = values ?? expression;
  const query = from === undefined ? undefined : queryIn(c, from)?.query;
  if (query !== undefined) {
    const columns = last('columns')?.args[0];
    const names = columns === undefined ? [] : c.flow.shapes(columns).flatMap((shape) => namesOf(c, shape));
    return insert(table, query, at, {
      ...parts,
      ...(columns === undefined || names.length === 0
        ? {}
        : { columns: names.map((name) => ({ name, span: spanIn(c, columns) })) }),
    });
  }
  const rows = from === undefined ? [] : rowsOf(c, from, placedIn(c), unpacked);
  return { ...insertRows(c, table, rows, from, at), ...parts };
};

const namesOf = (c: Context, shape: Shape): readonly string[] =>
  shape.kind === 'list'
    ? shape.items.flatMap(({ value }) => {
        const name = nameIn(c, value);
        return name === undefined ? [] : [lastColumn(c, name)];
      })
    : [];

/** `onConflict((oc) => oc.column('id').doUpdateSet({ … }))`, `onDuplicateKeyUpdate({ … })`. */
const conflictOf = (c: Context, calls: readonly CallStep[]): OnConflict | undefined => {
  const call = calls.findLast(({ name }) => name === 'onConflict' || name === 'onDuplicateKeyUpdate');
  const [arg] = call?.args ?? [];
  if (call === undefined || arg === undefined) return undefined;
  if (call.name === 'onDuplicateKeyUpdate')
    return { target: [], set: assignmentsOf(rowsOf(c, arg, placedIn(c), unpacked)).set };
  const steps = conflictSteps(c, arg);
  const target = steps.flatMap(({ name, args: [first] }) => {
    if (first === undefined) return [];
    if (name === 'column') return [nameIn(c, first)].flatMap((one) => (one === undefined ? [] : [lastColumn(c, one)]));
    return name === 'columns' ? c.flow.shapes(first).flatMap((shape) => namesOf(c, shape)) : [];
  });
  const update = steps.findLast(({ name }) => name === 'doUpdateSet');
  const [set] = update?.args ?? [];
  return {
    target,
    set: set === undefined ? [] : assignmentsOf(rowsOf(c, set, placedIn(c), unpacked)).set,
  };
};

const conflictSteps = (c: Context, arg: Ref | undefined): readonly CallStep[] =>
  (arg === undefined ? [] : c.flow.shapes(arg)).flatMap((shape) => {
    if (shape.kind !== 'function') return [];
    return c.flow.callback(shape.function).returns.flatMap(({ value }) => {
      const { steps } = c.flow.builder(value);
      const base = steps.findLastIndex(({ kind }) => kind === 'callback' || kind === 'instance');
      return steps.slice(base + 1).flatMap((step) => (step.kind === 'call' ? [step] : []));
    });
  });

/** Rows that exist already are changed. */
export const isUpsert = (c: Context, calls: readonly CallStep[]): boolean =>
  calls.some(({ name }) => /^(?:mergeInto|replaceInto|onDuplicateKeyUpdate)$/.test(name)) ||
  conflictSteps(c, calls.findLast(({ name }) => name === 'onConflict')?.args[0]).some(
    ({ name }) => name === 'doUpdateSet',
  );

const merged = (c: Context, calls: readonly CallStep[], target: TableRef | OpaqueFrom, span: Span): Query => {
  const using = calls.find(({ name }) => name === 'using');
  const [source, ...on] = using?.args ?? [];
  const actions: MergeAction[] = [];
  let when: MergeAction['when'] = 'matched';
  for (const { name, args } of calls) {
    if (/^when/.test(name))
      when = /BySource/.test(name) ? 'not-matched-by-source' : /Not/.test(name) ? 'not-matched' : 'matched';
    if (!/^then/.test(name)) continue;
    const [first] = args;
    const action = /Insert/.test(name)
      ? 'insert'
      : /Update/.test(name)
        ? 'update'
        : /Delete/.test(name)
          ? 'delete'
          : 'nothing';
    const rows = first === undefined || action === 'delete' ? [] : rowsOf(c, first, placedIn(c), unpacked);
    const [row] = rows;
    actions.push({
      when,
      action,
      ...(action === 'insert' && row !== undefined
        ? { columns: row.cells.map(({ column }) => column), values: row.cells.map(({ value }) => value) }
        : {}),
      ...(action === 'update' ? { set: assignmentsOf(rows).set } : {}),
    });
  }
  return {
    kind: 'merge',
    target,
    source:
      source === undefined
        ? { kind: 'opaque-from', why: 'a table that is not read', span }
        : sourceIn(c, source, spanIn(c, source)),
    on: onOf(c, on, span) ?? truth(span),
    actions,
    span,
  };
};

/** `(eb) => ({ a: eb(…) })`. */
const unpacked = (
  build: Build,
  shape: Shape,
): { readonly entries: readonly Entry[]; readonly open: boolean } | undefined => {
  if (shape.kind !== 'function') return undefined;
  const objects = build.flow
    .callback(shape.function)
    .returns.flatMap(({ value }) => build.flow.shapes(value))
    .flatMap((one) => (one.kind === 'object' ? [one] : []));
  const [object] = objects;
  return object === undefined ? undefined : { entries: object.entries, open: object.open };
};

const placedIn =
  (c: Context): Placed =>
  ({ many }, { key = '', value, keySpan, file }) => {
    if (c.flow.shapes(value).every(isUndefined)) return [];
    const span = file === c.site.file ? keySpan : c.site.value.span;
    return [{ column: lastColumn(c, key), span, value: operand({ ...c, many }, value) }];
  };
