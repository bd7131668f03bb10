/** Names of tables and columns as expressions give them: text, objects that a function makes of a table's name, `knex.ref`. */
import type { Chain, Entry, Flow, Ref, Text } from '../../flow/flow';
import type { Expr, From, Query, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { type Build, openBuild } from '../build/build';
import { column, operation } from '../build/expr';
import type { Supplied } from '../build/rows';
import type { CallStep } from './handle';

/** What a layer over the builders adds to them: models. */
export interface Layer {
  /** What a builder without a table of its own reads and writes. */
  readonly base: From | undefined;
  /** What new rows of that are given before they are sent. */
  readonly supplied?: Supplied;
  /** Its own builders inside of a statement. */
  query(c: Context, ref: Ref): Query | undefined;
}

export interface Context extends Build {
  readonly depth: number;
  readonly layer?: Layer;
}

export const openContext = (flow: Flow, site: Ref, notes: Set<string>, layer?: Layer): Context => {
  const build: Context = {
    ...openBuild(flow, site, notes),
    depth: 0,
    ...(layer === undefined ? {} : { layer }),
    keyOf: (entry: Entry) => {
      const name = entry.computed === undefined ? undefined : identifier(build, entry.computed);
      return name === undefined ? undefined : lastPart(name);
    },
  };
  return build;
};

export const spanOf = (c: Context, step: CallStep): Span =>
  step.file === c.site.file ? step.nameSpan : c.site.value.span;

export const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** What each text that it may be is; undefined where a part of one is not known. */
const wholes = (c: Build, ref: Ref): readonly (string | undefined)[] =>
  c.flow.texts(ref).map(({ pieces }) => {
    const parts = pieces.map((piece) => (piece.kind === 'text' ? piece.text : madeName(c, piece.ref)));
    return parts.length > 0 && parts.every((part) => part !== undefined) ? parts.join('') : undefined;
  });

const whole = (c: Build, ref: Ref): string | undefined => wholes(c, ref).find((text) => text !== undefined);

/**
 * `Users.col.id` where `Users` is what a function makes of a table's name and its columns' names, with a computation in
 * between that is not followed: the column goes by its own name, under the table's or under the alias that is handed in.
 */
const madeName = (c: Build, ref: Ref): string | undefined => {
  const chain = c.flow.chain(ref);
  const leaf = chain.steps.at(-1);
  if (leaf?.kind === 'call' && leaf.name === 'ref' && isOurs(chain)) {
    const [name] = leaf.args;
    return name === undefined ? undefined : whole(c, name);
  }
  // `Users.col.id` is a column; `Users.name` is the table's own name, whatever columns there are.
  if (leaf?.kind !== 'member' || !isOfMember(c, ref)) return undefined;
  let table: string | undefined;
  let isColumn = false;
  for (const via of chain.via) {
    const [first, ...others] = via.args ?? [];
    if (first === undefined) continue;
    const named = literal(c, first);
    if (table === undefined && named !== undefined && others.length > 0) {
      table = named;
      isColumn = others.some((other) => holds(c, other, leaf.name));
    } else if (table !== undefined) {
      const alias = aliasIn(c, first);
      if (alias !== undefined) table = alias;
    }
  }
  return table === undefined || !isColumn ? undefined : `${table}.${leaf.name}`;
};

/** `Users.col.id`, `col.id` of `const col = Users.col`, `by` of `const by = Users.col.id`. */
const isOfMember = (c: Build, ref: Ref): boolean => {
  const at = ref.value.kind === 'name' ? c.flow.shapes(ref)[0]?.ref : ref;
  if (at?.value.kind !== 'member') return false;
  const { object } = at.value;
  return object.kind === 'member' || c.flow.chain({ ...at, value: object }).steps.at(-1)?.kind === 'member';
};

const isOurs = ({ root }: Chain): boolean => root.kind === 'package' && /^knex(?:\/|$)/.test(root.module);

const literal = (c: Build, ref: Ref): string | undefined => {
  const [shape] = c.flow.shapes(ref);
  return shape?.kind === 'literal' && typeof shape.value === 'string' ? shape.value : undefined;
};

/** Lists that are open may hold it. */
const holds = (c: Build, ref: Ref, name: string): boolean =>
  c.flow
    .shapes(ref)
    .some(
      (shape) =>
        (shape.kind === 'list' && (shape.open || shape.items.some(({ value }) => literal(c, value) === name))) ||
        (shape.kind === 'object' && shape.entries.some(({ key }) => key === name)),
    );

const aliasIn = (c: Build, ref: Ref): string | undefined => {
  const [shape] = c.flow.shapes(ref);
  if (shape?.kind !== 'object') return undefined;
  return shape.entries.flatMap(({ value }) => literal(c, value) ?? [])[0];
};

/** `'a.col'`, `Users.col.id`, `knex.ref('a.col')` as text. */
export const identifier = (c: Build, ref: Ref): string | undefined => whole(c, ref) ?? madeName(c, ref);

/** `'a.b.col as x'` as a column. */
export const columnNamed = (text: string, span: Span): Expr => {
  const [name = ''] = text.split(/\s+as\s+/i);
  const parts = name
    .trim()
    .replaceAll(/["`[\]]/g, '')
    .split('.');
  const last = parts.pop() ?? '';
  return last === '*'
    ? { kind: 'star', qualifier: parts, span }
    : ({ ...column('', last, span), qualifier: parts } as Expr);
};

export const columnOf = (c: Context, ref: Ref, span: Span): Expr => {
  const name = identifier(c, ref);
  return name === undefined || name.includes('->') ? operation('column', [], span) : columnNamed(name, span);
};

/**
 * All columns that a name may mean, by their own names where the qualifier is made at run time; undefined where it may be
 * any column.
 */
export const columnsOf = (c: Context, ref: Ref, span: Span): readonly Expr[] | undefined => {
  const all = wholes(c, ref);
  const known = all.filter((name) => name !== undefined);
  const one = identifier(c, ref);
  const names =
    one === undefined ? c.flow.texts(ref).map(ownName) : known.length < all.length || all.length === 0 ? [one] : known;
  const columns = names.filter((name) => name !== undefined);
  return columns.length === 0 || columns.length < names.length
    ? undefined
    : [...new Set(columns)].map((name) =>
        name.includes('->') ? operation('column', [], span) : columnNamed(name, span),
      );
};

/** `${alias}.id` */
const ownName = ({ pieces }: Text): string | undefined => {
  const last = pieces.at(-1);
  return last?.kind === 'text' ? /\.(\w+)$/.exec(last.text)?.[1] : undefined;
};

export const tableNamed = (text: string, span: Span): TableRef => {
  const [name = '', alias] = text.trim().split(/\s+(?:as\s+)?/i);
  const parts = name.replaceAll(/["`[\]]/g, '').split('.');
  return {
    kind: 'table',
    name: { parts, span },
    ...(alias === undefined ? {} : { alias: alias.replaceAll(/["`]/g, '') }),
    span,
  };
};
