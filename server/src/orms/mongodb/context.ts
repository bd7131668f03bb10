/** What all parts of one statement to MongoDB share, whichever library sends it. */
import type { Entry, Flow, ObjectShape, Ref, Shape } from '../../flow/flow';
import type { Expr, Query } from '../../query/model';
import type { Span } from '../../text/span';
import type { Build } from '../build/build';
import { opaque } from '../build/expr';
import type { Operation } from '../orm';

export interface Context extends Build {
  /** The collection that an expression other than a plain text names: `Order.collection.name`. */
  collectionOf(ref: Ref): readonly string[] | undefined;
  /** A list in the place of one value is a list of values (Mongoose casts it), and not an array that is looked for. */
  readonly casts: boolean;
}

export interface Sent {
  readonly operation: Operation;
  readonly query: Query;
  readonly also?: readonly Query[];
}

export const keySpan = (c: Build, entry: Entry): Span => (entry.file === c.site.file ? entry.keySpan : siteSpan(c));

export const siteSpan = (c: Build): Span => c.site.value.span;

/** The one text that a value is; undefined where it is none or several. */
export const textIn = (flow: Flow, ref: Ref | undefined): string | undefined => {
  if (ref === undefined) return undefined;
  const shapes = flow.shapes(ref);
  const texts = shapes.flatMap((one) => (one.kind === 'literal' && typeof one.value === 'string' ? [one.value] : []));
  const [text, ...others] = new Set(texts);
  if (text !== undefined) return others.length === 0 ? text : undefined;
  if (!shapes.some(({ kind }) => kind === 'text')) return undefined;
  const [written, more] = flow.texts(ref);
  if (written === undefined || more !== undefined) return undefined;
  return written.pieces.every(({ kind, when }) => kind === 'text' && when.length === 0)
    ? written.pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('')
    : undefined;
};

export const objectIn = (flow: Flow, ref: Ref | undefined): ObjectShape | undefined => {
  const found = ref === undefined ? undefined : flow.shapes(ref).find((shape) => shape.kind === 'object');
  return found?.kind === 'object' ? found : undefined;
};

export const optionIn = (shape: ObjectShape | undefined, key: string): Ref | undefined =>
  shape?.entries.findLast((entry) => entry.key === key)?.value;

export const isTrue = (flow: Flow, ref: Ref | undefined): boolean =>
  ref !== undefined && flow.shapes(ref).some((shape) => shape.kind === 'literal' && shape.value === true);

/** An operator's own name: `$in`. */
export const isOperator = (key: string | undefined): key is string => key?.startsWith('$') === true;

export const isTests = (shape: Shape): boolean =>
  shape.kind === 'object' && shape.entries.some(({ key }) => isOperator(key));

export const unknownFilter = (c: Build, ref: Ref, span: Span): Expr => {
  const text = c.flow.print(ref);
  c.notes.add(`filter ${text}`);
  return opaque(`the filter ${text} comes from elsewhere`, span);
};
