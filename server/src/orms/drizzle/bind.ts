/** One more column for a call of Drizzle: `and(eq(t.tenantId, x), …)` in its condition, or a property of its rows. */
import type { Flow } from '../../flow/flow';
import type { CallValue, Value } from '../../hosts/host';
import type { TextEdit } from '../../text/edits';
import { callsAlong, chained, methodOf, methodsOn } from '../build/chainEdits';
import { importing } from '../build/importEdits';
import {
  argumentAdded,
  entryOf,
  insertion,
  propertyOf,
  propertyText,
  replacement,
  sliced,
  withEntry,
} from '../build/keyEdits';
import type { Model } from '../build/model';
import { rowsWith } from '../build/rowEdits';
import type { Binding, Key } from '../orm';
import { type Context, nameOf, sourceIn } from './context';
import type { DrizzleTable } from './models';

const operators: ReadonlySet<string> = new Set(
  'eq ne gt gte lt lte and or not exists notExists inArray notInArray isNull isNotNull between like ilike sql asc desc count'.split(
    ' ',
  ),
);

interface Named {
  /** The table as it is written there. */
  readonly written: string;
  readonly property: string;
}

/** The table of that alias among the arguments of these calls. */
const tableIn = (
  c: Context,
  calls: readonly CallValue[],
  { alias, column, text }: Key,
): (Named & { readonly at: CallValue }) | undefined => {
  for (const call of calls) {
    if (!/^(?:from|update|delete|insert|\$count|\w*Join)$/.test(methodOf(call))) continue;
    const [table] = call.args;
    if (table?.kind !== 'name' && table?.kind !== 'member') continue;
    const source = sourceIn(c, c.flow.chain(c.flow.ref(table)));
    if (source?.kind !== 'table' || nameOf(c, source) !== alias) continue;
    const property = propertyOf(source.model, column);
    return property === undefined ? undefined : { written: sliced(text, table.span), property, at: call };
  }
  return undefined;
};

/** `eq(t.a, x)` beside a condition that is there: `and(eq(t.a, x), condition)`. */
const joined = (condition: Value, and: string, test: string, text: string): TextEdit => {
  const { callee } = condition.kind === 'call' ? condition : {};
  if (condition.kind === 'call' && callee?.kind === 'name' && callee.name === and) {
    const [first] = condition.args;
    return first ? insertion(first.span.start, `${test}, `) : argumentAdded(condition, test, text);
  }
  return replacement(condition.span, `${and}(${test}, ${sliced(text, condition.span)})`);
};

/** Edits that ask for `table.property = value`: `place` says what to do with the test, and whether `and` is needed. */
const tested = (
  flow: Flow,
  { written, property }: Named,
  value: string,
  condition: Value | undefined,
  text: string,
  place: (test: string) => TextEdit,
): readonly TextEdit[] => {
  const names = condition === undefined ? ['eq'] : ['and', 'eq'];
  const from = importing(flow.file, names, operators, 'drizzle-orm', text);
  if (from === undefined) return [];
  const test = `${from.local('eq')}(${written}.${property}, ${value})`;
  return [...from.edits, condition === undefined ? place(test) : joined(condition, from.local('and'), test, text)];
};

/** `select`, `update`, `delete`, `insert` and `$count`; `call` begins the statement. */
export const boundBuilder = (c: Context, call: CallValue, key: Key): Binding | undefined => {
  const { flow } = c;
  const { text } = key;
  const calls = callsAlong(flow, call);
  const table = tableIn(c, calls, key);
  if (table === undefined) return undefined;
  const { property } = table;
  if (key.as === 'row') {
    const rows = calls.find((one) => methodOf(one) === 'values')?.args[0];
    return rows && { property, edits: (value) => rowsWith(flow, rows, propertyText(property, value), text) ?? [] };
  }
  if (methodOf(call) === '$count')
    return {
      property,
      edits: (value) => tested(flow, table, value, call.args[1], text, (test) => argumentAdded(call, test, text)),
    };
  const where = calls.filter((one) => methodOf(one) === 'where');
  const [first, second] = where;
  // The last of several counts alone.
  const others = methodsOn(flow, call).filter((name) => name === 'where').length > where.length;
  if (others || second !== undefined || (first !== undefined && first.args.length !== 1)) return undefined;
  const behind = calls.findLast((one) => /^(?:from|update|delete|set|\w*Join)$/.test(methodOf(one))) ?? table.at;
  const next = calls[calls.indexOf(behind) + 1];
  return {
    property,
    edits: (value) =>
      tested(flow, table, value, first?.args[0], text, (test) => chained(behind, `where(${test})`, text, next)),
  };
};

/** `db.query.orders.findMany({ where })`: conditions, callbacks, and the objects of version 2. */
export const boundRelational = (
  c: Context,
  call: CallValue,
  { name, model }: DrizzleTable,
  { alias, column, as, text }: Key,
): Binding | undefined => {
  const property = propertyOf(model, column);
  if (property === undefined || as === 'row' || alias !== model.table.at(-1)) return undefined;
  return { property, edits: (value) => relational(c, call, name, model, property, value, text) ?? [] };
};

const relational = (
  { flow }: Context,
  call: CallValue,
  name: string,
  model: Model,
  property: string,
  value: string,
  text: string,
): readonly TextEdit[] | undefined => {
  const callback = `where: (${name}, { eq }) => eq(${name}.${property}, ${value})`;
  const [options] = call.args;
  if (options === undefined) return [argumentAdded(call, `{ ${callback} }`, text)];
  const where = options.kind === 'object' ? entryOf(options, 'where')?.value : undefined;
  if (options.kind !== 'object') return undefined;
  if (where === undefined) return [withEntry(options, callback, text)];
  if (where.kind === 'object') return [withEntry(where, propertyText(property, value), text)];
  if (where.kind === 'function') return inCallback(flow, where.function, property, value, text);
  const local = flow.file.imports.find(({ imported }) => imported === name)?.local;
  return local === undefined || !model.declared
    ? undefined
    : tested(flow, { written: local, property }, value, where, text, () => insertion(where.span.end, ''));
};

/** `(t, { eq }) => eq(t.id, id)` → `(t, { eq, and }) => and(eq(t.tenantId, tenantId), eq(t.id, id))`. */
const inCallback = (
  { file }: Flow,
  id: number,
  property: string,
  value: string,
  text: string,
): readonly TextEdit[] | undefined => {
  const { params, body } = file.functions[id] ?? {};
  const [table, given] = params?.map(({ pattern }) => pattern) ?? [];
  const [only, more] = body ?? [];
  if (table?.kind !== 'name' || given?.kind !== 'object' || only?.kind !== 'return' || more !== undefined)
    return undefined;
  const local = (name: string): string | undefined =>
    given.entries.flatMap(({ key, pattern }) => (key === name && pattern.kind === 'name' ? [pattern.name] : []))[0];
  const last = given.entries.at(-1);
  if (only.value === undefined || last === undefined) return undefined;
  const missing = ['eq', 'and'].filter((name) => local(name) === undefined);
  const test = `${local('eq') ?? 'eq'}(${table.name}.${property}, ${value})`;
  return [
    ...(missing.length === 0 ? [] : [insertion(last.pattern.span.end, `, ${missing.join(', ')}`)]),
    joined(only.value, local('and') ?? 'and', test, text),
  ];
};
