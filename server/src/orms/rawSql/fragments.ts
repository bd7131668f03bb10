/** Templates of the libraries' tags as pieces: nested fragments inlined, names written out, values left as holes. */
import type { Chain, Flow, Ref, Shape } from '../../flow/flow';
import type { Template } from '../../hosts/host';
import type { SourceMap } from '../../text/sourceMap';
import type { Span } from '../../text/span';
import type { Hole } from '../orm';
import { driversOf, isNamedSql, lastStep, moduleOf, textTags } from './drivers';
import { drizzleName } from './drizzleNames';
import { postgresHelper } from './postgresHelper';

/** A piece of SQL text. `map` undefined: the text comes from elsewhere and stands for `anchor`. */
export type SqlPiece =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly map: SourceMap | undefined;
      readonly anchor: Span;
      /** It holds names in double quotes, which the dialect may spell otherwise. */
      readonly names?: true;
    }
  | {
      readonly kind: 'hole';
      readonly hole: Hole['kind'];
      readonly id: string;
      readonly text: string;
      readonly anchor: Span;
    };

export type Pieces = readonly SqlPiece[];

const most = 16;

export const product = (before: readonly Pieces[], after: readonly Pieces[]): readonly Pieces[] => {
  const [first] = after;
  if (first === undefined) return before;
  if (before.length * after.length > most) return before.map((a) => [...a, ...first]);
  return before.flatMap((a) => after.map((b) => [...a, ...b]));
};

export const glue = (text: string, anchor: Span): SqlPiece => ({ kind: 'text', text, map: undefined, anchor });

/** Of names in double quotes. */
export const nameGlue = (text: string, anchor: Span): SqlPiece => ({
  kind: 'text',
  text,
  map: undefined,
  anchor,
  names: true,
});

export const holeOf = (flow: Flow, ref: Ref, anchor: Span, kind: Hole['kind']): SqlPiece => {
  const text = flow.print(ref);
  return {
    kind: 'hole',
    hole: kind,
    id: flow.valueId(ref),
    text: `\${${text.length > 60 ? `${text.slice(0, 59)}…` : text}}`,
    anchor,
  };
};

/** Text that is not made by a tag. */
export const plainPieces = (flow: Flow, ref: Ref): readonly Pieces[] =>
  flow.texts(ref).map((text) =>
    text.pieces.map((piece): SqlPiece => {
      if (piece.kind === 'hole') return holeOf(flow, piece.ref, piece.anchor, 'unknown');
      return {
        kind: 'text',
        text: piece.text,
        map: piece.file === flow.file ? piece.map : undefined,
        anchor: piece.anchor,
      };
    }),
  );

/** `depth`: how many fragments it is nested in. */
export const templatePieces = (flow: Flow, template: Template, ref: Ref, depth = 0): readonly Pieces[] => {
  const here = ref.file === flow.file;
  let all: readonly Pieces[] = [[]];
  for (const at of template.parts) {
    const anchor = here ? at.span : ref.value.span;
    if (at.kind === 'text')
      all = product(all, [[{ kind: 'text', text: at.text, map: here ? at.map : undefined, anchor }]]);
    else all = product(all, holePieces(flow, { ...ref, value: at.value }, anchor, depth, textOf(all[0])));
  }
  return all;
};

const isTextTag = (chain: Chain): boolean => {
  const module = moduleOf(chain);
  return (
    module !== undefined && (textTags.test(module) || driversOf(module).some((driver) => driver.tag !== undefined))
  );
};

const textOf = (pieces: Pieces | undefined): string => (pieces ?? []).map((piece) => piece.text).join('');

/** `before`: the text up to the hole. */
const holePieces = (flow: Flow, ref: Ref, anchor: Span, depth: number, before = ''): readonly Pieces[] => {
  if (depth > 6) return [[holeOf(flow, ref, anchor, 'fragment')]];
  const { value } = ref;
  const both = (a: typeof value, b: typeof value): readonly Pieces[] =>
    [a, b].flatMap((v) => holePieces(flow, { ...ref, value: v }, anchor, depth, before));
  if (value.kind === 'conditional') return both(value.then, value.otherwise).slice(0, most);
  if (value.kind === 'literal') return [literalPieces(flow, ref, anchor)];
  const chains = flow.chains(ref);
  const found = chains.flatMap((chain) => chainPieces(flow, chain, ref, anchor, depth, before) ?? []);
  if (found.length > 0) return possible(found, before).slice(0, most);
  return [[holeOf(flow, ref, anchor, valueKind(flow, chains, ref))]];
};

/** Where something must follow, a fragment that may be empty is not empty: the host's own tests see to that. */
const possible = (found: readonly Pieces[], before: string): readonly Pieces[] => {
  if (!/(?:\b(?:and|or|where|not|on|having|set|from|by|in|values)|=)\s*$/i.test(before)) return found;
  const filled = found.filter((pieces) => pieces.length > 0 && textOf(pieces).trim() !== '');
  return filled.length > 0 ? filled : found;
};

/** A literal is bound as a value; its text would do as well. */
const literalPieces = (flow: Flow, ref: Ref, anchor: Span): Pieces => [holeOf(flow, ref, anchor, 'value')];

/** What cannot be a fragment is a value: constants, members of requests, results of calls other than a tag's. */
const valueKind = (flow: Flow, chains: readonly Chain[], ref: Ref): Hole['kind'] => {
  const shapes = chains.every((c) => c.root.kind === 'value') ? flow.shapes(ref) : [];
  if (shapes.length > 0 && shapes.every(isPlain)) return shapes.some((s) => s.kind === 'list') ? 'list' : 'value';
  if (
    chains.some(
      (c) =>
        c.root.kind === 'unknown' &&
        /^(?:SQL|Sql|SqlFragment|SqlSqlToken|FragmentSqlToken|SQLWrapper|QuerySqlToken|ListSqlToken|RawBuilder|PendingQuery|Fragment)$/.test(
          c.root.type?.type.name ?? '',
        ),
    )
  )
    return 'fragment';
  return chains.some((c) => isTextTag(c) && lastStep(c)?.kind === 'instance') ? 'fragment' : 'unknown';
};

const isPlain = (shape: Shape): boolean => shape.kind === 'literal' || shape.kind === 'list' || shape.kind === 'text';

/** What the library makes of a chain in a hole; undefined where it is a value. */
const chainPieces = (
  flow: Flow,
  chain: Chain,
  ref: Ref,
  anchor: Span,
  depth: number,
  before: string,
): readonly Pieces[] | undefined => {
  const { root } = chain;
  const step = lastStep(chain);
  const named = drizzleName(flow, chain);
  if (named !== undefined) return [[nameGlue(named, anchor)]];
  if (!isTextTag(chain)) {
    if (step?.kind === 'tag' && isNamedSql(chain, step.template.tag))
      return moved(flow, templatePieces(flow, step.template, step.ref, depth + 1), step.ref, anchor);
    if (step?.kind === 'call' && step.name === '' && isNamedSql(chain, step.call.callee)) {
      const pieces = postgresHelper(flow, step.args, before, anchor);
      return pieces === undefined ? undefined : [pieces];
    }
    if (
      root.kind === 'value' &&
      chain.steps.length === 0 &&
      root.ref.value !== ref.value &&
      root.ref.value.kind === 'conditional'
    ) {
      return holePieces(flow, root.ref, anchor, depth + 1, before);
    }
    return undefined;
  }
  if (step === undefined) return root.kind === 'package' && root.name === 'empty' ? [[]] : undefined;
  if (step.kind === 'tag')
    return moved(flow, templatePieces(flow, step.template, step.ref, depth + 1), step.ref, anchor);
  if (step.kind === 'member') return step.name === 'empty' ? [[]] : undefined;
  if (step.kind !== 'call') return undefined;
  const name = step.name !== '' ? step.name : root.kind === 'package' ? root.name : '';
  const [first] = step.args;
  if (step.name === '' && root.kind === 'package' && /^(?:postgres|bun)$/.test(root.module)) {
    const pieces = postgresHelper(flow, step.args, before, anchor);
    return pieces === undefined ? undefined : [pieces];
  }
  switch (name) {
    case 'join':
      return joined(flow, step.args, anchor, depth);
    case 'raw':
    case 'unsafe':
    case '__dangerous__rawValue':
      return first === undefined ? [[]] : moved(flow, plainPieces(flow, first), first, anchor);
    case 'empty':
      return [[]];
    case 'identifier':
    case 'ident':
    case 'id':
    case 'table':
    case 'ref':
    case 'quoteIdent': {
      // `sql.ref('o.id')` and `sql.table('app.orders')` name their parts in one text.
      const text = first === undefined ? undefined : identifier(flow, step.args, name === 'ref' || name === 'table');
      return [[text === undefined ? holeOf(flow, ref, anchor, 'identifier') : nameGlue(text, anchor)]];
    }
    case 'array':
    case 'lit':
    case 'val':
    case 'value':
    case 'param':
    case 'placeholder':
    case 'json':
    case 'jsonb':
    case 'date':
    case 'timestamp':
    case 'uuid':
    case 'binary':
    case 'typed':
      return first === undefined ? undefined : [[holeOf(flow, first, anchor, name === 'array' ? 'list' : 'value')]];
    case 'unnest':
      return [[glue('unnest(', anchor), holeOf(flow, first ?? ref, anchor, 'value'), glue(')', anchor)]];
    case 'bulk':
    case 'values':
      return [[holeOf(flow, ref, anchor, 'fragment')]];
    default:
      return undefined;
  }
};

/** Pieces of another file stand for the hole that brings them in. */
const moved = (flow: Flow, all: readonly Pieces[], from: Ref, anchor: Span): readonly Pieces[] =>
  from.file === flow.file ? all : all.map((pieces) => pieces.map((piece) => ({ ...piece, anchor })));

const names = (flow: Flow, ref: Ref): readonly string[] | undefined => {
  const [shape, other] = flow.shapes(ref);
  if (shape === undefined || other !== undefined) return undefined;
  if (shape.kind === 'literal') return typeof shape.value === 'string' ? [shape.value] : undefined;
  if (shape.kind !== 'list' || shape.open) return undefined;
  const parts = shape.items.map((item) => names(flow, item.value));
  return parts.every((part) => part !== undefined) ? parts.flatMap((part) => part ?? []) : undefined;
};

/** `sql.identifier(['public', 'users'])`, `id('public', 'users')`. */
const identifier = (flow: Flow, args: readonly Ref[], dotted: boolean): string | undefined => {
  const parts = args.map((arg) => names(flow, arg));
  if (!parts.every((part) => part !== undefined)) return undefined;
  return parts
    .flatMap((part) => part ?? [])
    .flatMap((part) => (dotted ? part.split('.') : [part]))
    .map((part) => `"${part}"`)
    .join('.');
};

const joined = (flow: Flow, [list, separator]: readonly Ref[], anchor: Span, depth: number): readonly Pieces[] => {
  if (list === undefined) return [[]];
  // Prisma takes a text, the others a fragment.
  const [given] = separator === undefined ? [', '] : (names(flow, separator) ?? []);
  const between =
    separator === undefined || given !== undefined
      ? [[glue(given ?? ', ', anchor)]]
      : holePieces(flow, separator, anchor, depth + 1);
  const text = (between[0] ?? []).map((piece) => piece.text).join('');
  const shapes = flow.shapes(list);
  const [shape] = shapes;
  if (
    shapes.length !== 1 ||
    shape?.kind !== 'list' ||
    shape.open ||
    shape.items.length === 0 ||
    shape.items.some((i) => i.many)
  ) {
    const known = shape?.kind === 'list' && shape.items.some((i) => i.many) ? (mapped(flow, list) ?? list) : list;
    return [[holeOf(flow, known, anchor, text.trim() === ',' ? 'list' : 'fragment')]];
  }
  let all: readonly Pieces[] = [[]];
  for (const { value, when } of shape.items) {
    const item = holePieces(flow, value, anchor, depth + 1);
    const added = all.flatMap((pieces) =>
      product([pieces], pieces.length === 0 ? item : product([[glue(text, anchor)]], item)),
    );
    all = (when.length > 0 ? [...added, ...all] : added).slice(0, most);
  }
  return all;
};

/** `ids.map((id) => sql`${id}`)` is the list `ids`. */
const mapped = (flow: Flow, { value, ...ref }: Ref): Ref | undefined => {
  const parent =
    value.kind === 'call' && value.callee.kind === 'member' && value.callee.property === 'map'
      ? value.callee
      : undefined;
  void flow;
  return parent === undefined ? undefined : { ...ref, value: parent.object };
};
