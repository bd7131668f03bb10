/** Tables that are made with `pgTable`, `mysqlTable`, `sqliteTable`, `pgSchema('s').table`, a table creator, or as views. */

import type { Chain, Flow, Ref, Step } from '../../flow/flow';
import type { HostFile } from '../../hosts/host';
import type { Location } from '../../text/span';
import type { Field, Model } from '../build/model';
import { columnFacts } from './columns';

type CallStep = Step & { readonly kind: 'call' };

const makers = /^(?:pg|mysql|sqlite|singlestore|mssql|cockroach|gel)(?:Materialized)?(?:Table|View)$/;
const schemas = /^(?:pg|mysql|singlestore|mssql|cockroach|gel)Schema$/;
const creators = /^(?:pg|mysql|sqlite|singlestore|mssql|cockroach|gel)TableCreator$/;
const ofSchema = /^(?:table|view|materializedView)$/;
/** Methods of a table or of a view's builder that give it back: columns are members of what comes out of them. */
const givesItBack =
  /^(?:enableRLS|existing|as|with|using|tablespace|withNoData|algorithm|sqlSecurity|definer|withCheckOption)$/;

export type Casing = 'snake_case' | 'camelCase' | undefined;

export const isDrizzle = (module: string): boolean => /^drizzle-orm(?:\/|$)/.test(module);

/** Identity of a table: the place of the call that makes it. */
export const keyOf = (file: HostFile, call: { readonly span: { readonly start: number } }): string =>
  `${file.path}:${call.span.start}`;

export interface Made {
  readonly call: CallStep;
  /** The last step in the chain that still is the table: its call, or what gives it back. */
  readonly index: number;
  readonly key: string;
  /** Schema name, or a creator's name function, around the table's own. */
  readonly around: CallStep | undefined;
  readonly view: boolean;
}

/** The call in a chain that makes a table; further steps are columns or methods of it. */
export const madeIn = ({ root, steps }: Chain): Made | undefined => {
  if (root.kind !== 'package') return undefined;
  const index = steps.findIndex((step) => step.kind === 'call');
  const first = steps[index];
  if (first?.kind !== 'call') return undefined;
  const made = (call: CallStep, at: number, around: CallStep | undefined, name: string): Made => ({
    call,
    index: lastOf(steps, at),
    key: keyOf(call.file, call.call),
    around,
    view: /view/i.test(name),
  });
  // `pgTable(…)`, `pg.pgTable(…)`, `pgTable.withRLS(…)`
  const name = first.name === '' || first.name === 'withRLS' ? root.name : first.name;
  if (makers.test(name)) return made(first, index, undefined, name);
  if (!isDrizzle(root.module)) return undefined;
  if (!schemas.test(name) && !creators.test(name)) return undefined;
  const next = steps.findIndex(
    (step, i) =>
      i > index && step.kind === 'call' && (creators.test(name) ? step.name === '' : ofSchema.test(step.name)),
  );
  const table = steps[next];
  return table?.kind === 'call' ? made(table, next, first, creators.test(name) ? 'table' : table.name) : undefined;
};

const lastOf = (steps: readonly Step[], at: number): number => {
  const next = steps[at + 1];
  return next?.kind === 'call' && givesItBack.test(next.name) ? lastOf(steps, at + 1) : at;
};

export const textOf = (flow: Flow, ref: Ref | undefined): string | undefined => {
  if (ref === undefined) return undefined;
  const [shape] = flow.shapes(ref);
  if (shape?.kind === 'literal' && typeof shape.value === 'string') return shape.value;
  if (shape?.kind !== 'text') return undefined;
  const [text] = flow.texts(ref);
  const pieces = text?.pieces.map((piece) => (piece.kind === 'text' ? piece.text : undefined));
  return pieces?.every((piece) => piece !== undefined) === true ? pieces.join('') : undefined;
};

/** Physical, with its schema where it is made of one. */
export const tableName = (flow: Flow, { call, around }: Made): readonly string[] | undefined => {
  const own = textOf(flow, call.args[0]);
  const named = around !== undefined && call.name === '' ? createdName(flow, around, call.args[0]) : own;
  if (named === undefined) return undefined;
  const schema = around !== undefined && call.name !== '' ? textOf(flow, around.args[0]) : undefined;
  return schema === undefined ? [named] : [schema, named];
};

export const readTable = (flow: Flow, made: Made, casing: Casing): Model | undefined => {
  const { call } = made;
  const table = tableName(flow, made);
  if (table === undefined) return undefined;
  const at: Location = { file: call.file.path, span: call.nameSpan };
  const fields = columnsIn(flow, call.args[1], casing);
  return {
    name: made.key,
    table,
    fields: new Map(fields.map((field) => [field.name, field])),
    relations: new Map(),
    keys: new Map(),
    primaryKey: compoundKey(flow, call.args[2]) ?? fields.filter((field) => field.primary).map((field) => field.name),
    kind: made.view ? 'view' : 'table',
    declared: fields.length > 0,
    at,
  };
};

/** `pgTableCreator((name) => `app_${name}`)`. */
const createdName = (flow: Flow, creator: CallStep, name: Ref | undefined): string | undefined => {
  const [fn] = creator.args;
  const [shape] = fn === undefined ? [] : flow.shapes(fn);
  if (shape?.kind !== 'function' || name === undefined) return undefined;
  const [returned] = flow.callback(shape.function, [name]).returns;
  return textOf(flow, returned?.value);
};

/** `(t) => [primaryKey({ columns: [t.a, t.b] })]`, or an object of such: the names of the key's fields. */
const compoundKey = (flow: Flow, ref: Ref | undefined): readonly string[] | undefined => {
  if (ref === undefined) return undefined;
  const returned = flow
    .shapes(ref)
    .flatMap((shape) => (shape.kind === 'function' ? flow.callback(shape.function).returns : []))
    .flatMap(({ value }) => flow.shapes(value))
    .flatMap((shape) =>
      shape.kind === 'list'
        ? shape.items.map((item) => item.value)
        : shape.kind === 'object'
          ? shape.entries.map((entry) => entry.value)
          : [],
    );
  for (const one of returned) {
    const { root, steps } = flow.chain(one);
    const [call] = steps;
    if (root.kind !== 'package' || root.name !== 'primaryKey' || call?.kind !== 'call') continue;
    const options = call.args.flatMap((arg) => flow.shapes(arg)).find((shape) => shape.kind === 'object');
    const columns = options?.kind === 'object' ? options.entries.find((entry) => entry.key === 'columns') : undefined;
    const list = columns && flow.shapes(columns.value).find((shape) => shape.kind === 'list');
    const members = list?.kind === 'list' ? list.items.map((item) => item.value) : call.args;
    return members.flatMap(({ value }) =>
      value.kind === 'member' && typeof value.property === 'string' ? [value.property] : [],
    );
  }
  return undefined;
};

/** The columns object, or a function that is handed the builders: `(t) => ({ id: t.uuid() })`. */
const columnsIn = (
  flow: Flow,
  ref: Ref | undefined,
  casing: Casing,
): readonly (Field & { readonly primary: boolean })[] => {
  if (ref === undefined) return [];
  const shapes = flow
    .shapes(ref)
    .flatMap((shape) =>
      shape.kind === 'function'
        ? flow.callback(shape.function).returns.flatMap(({ value }) => flow.shapes(value))
        : [shape],
    );
  return shapes.flatMap((shape) =>
    shape.kind !== 'object'
      ? []
      : shape.entries.flatMap(({ key, value, keySpan, file }) =>
          key === undefined ? [] : [columnOf(flow, key, value, casing, { file: file.path, span: keySpan })],
        ),
  );
};

const columnOf = (
  flow: Flow,
  key: string,
  ref: Ref,
  casing: Casing,
  at: Location,
): Field & { readonly primary: boolean } => {
  const chain = flow.chain(ref);
  // `(t) => t.text('name')`: what is before the callback made the table.
  const handed = chain.steps.findLastIndex((step) => step.kind === 'callback');
  const calls = chain.steps.slice(handed + 1).filter((step): step is CallStep => step.kind === 'call');
  const direct = calls.findLast((step) => step.name === '') ?? calls[0];
  const name = textOf(flow, direct?.args[0]);
  const builder =
    (direct !== undefined && direct.name !== '') || handed >= 0
      ? (direct?.name ?? '')
      : chain.root.kind === 'package'
        ? chain.root.name
        : '';
  return {
    name: key,
    column: name ?? cased(key, casing),
    ...columnFacts(flow, builder, calls, at.span),
    primary: calls.some((step) => step.name === 'primaryKey'),
    at,
  };
};

const cased = (key: string, casing: Casing): string => {
  if (casing === undefined) return key;
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
  return casing === 'snake_case' ? words : words.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
};

/** `casing` of `drizzle(client, { casing })` or of a configuration, where the file says one. */
export const casingIn = (file: HostFile): Casing => {
  const seen = new Set<object>();
  const look = (value: unknown): Casing => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
    seen.add(value);
    const entry = value as { kind?: unknown; key?: unknown; value?: { value?: unknown } };
    if (entry.kind === 'property' && entry.key === 'casing') {
      const said = entry.value?.value;
      if (said === 'snake_case' || said === 'camelCase') return said;
    }
    for (const [name, part] of Object.entries(value)) {
      if (name === 'span' || name === 'map') continue;
      const found = look(part);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return look(file.functions.map((one) => one.body));
};
