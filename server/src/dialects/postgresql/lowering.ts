/** What the parts of the lowering share while one statement is read. */
import type { Expr, Opaque, Query } from '../../query/model';
import type { Span } from '../../text/span';
import type { StandIn, StandIns } from '../dialect';
import type { Node, SelectStmt, WindowDef } from '../engines/libpgQuery';
import type { Source } from './source';

/** All node types by their tag. */
export type NodeMap = UnionToIntersection<Node>;
type UnionToIntersection<U> = (U extends unknown ? (member: U) => void : never) extends (all: infer I) => void
  ? I
  : never;
export type NodeTag = keyof NodeMap;

export interface Lowering {
  readonly source: Source;
  readonly stands: StandIns;
  /** The WINDOW clause of the SELECT that is being read. */
  windows: ReadonlyMap<string, WindowDef>;
  expr(node: Node): Expr;
  /** `bounds`: the text of the query where the caller knows it. */
  query(node: Node, bounds?: Span): Query;
  select(node: SelectStmt, bounds?: Span): Query;
}

/** For building a node step by step: spreads of absent parts cost more than everything else together. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** The tag and content of a node: `{ "ColumnRef": { … } }`. */
export const tagOf = (node: Node): NodeTag | undefined => {
  for (const tag in node) return tag as NodeTag;
  return undefined;
};

/** The content of a node of that type. Asking for the tag first is much faster than for a property that is not there. */
export const as = <T extends NodeTag>(node: Node | undefined, tag: T): NodeMap[T] | undefined =>
  node !== undefined && tagOf(node) === tag ? (node as NodeMap)[tag] : undefined;

export const stringOf = (node: Node | undefined): string => as(node, 'String')?.sval ?? '';

export const strings = (nodes: readonly Node[] | undefined): string[] => (nodes ?? []).map(stringOf);

/** The last part of a qualified operator or function name. */
export const lastString = (nodes: readonly Node[] | undefined): string => stringOf(nodes?.[nodes.length - 1]);

export const coverAll = (spans: readonly { readonly span: Span }[], fallback: Span): Span => {
  let start = Number.POSITIVE_INFINITY;
  let end = -1;
  for (const { span } of spans) {
    if (span.end <= span.start) continue;
    if (span.start < start) start = span.start;
    if (span.end > end) end = span.end;
  }
  return end < 0 ? fallback : { start, end };
};

/** The stand-in at `offset`, or undefined; nearly all statements have none. */
export const standAt = (cx: Lowering, offset: number): StandIn | undefined =>
  cx.stands.size === 0 ? undefined : cx.stands.get(offset);

export const standSpan = (offset: number, stand: StandIn): Span => ({ start: offset, end: offset + stand.length });

/** What a stand-in means where a value may stand. */
export const standExpr = (offset: number, stand: StandIn): Expr => {
  const span = standSpan(offset, stand);
  if (stand.kind === 'value') return { kind: 'param', id: stand.id, span };
  if (stand.kind === 'list') return { kind: 'param', id: stand.id, many: true, span };
  return opaque(stand.kind === 'identifier' ? 'a name that is known at run time' : 'a fragment of SQL', span);
};

export const opaque = (why: string, span: Span): Opaque => ({ kind: 'opaque', why, span });
