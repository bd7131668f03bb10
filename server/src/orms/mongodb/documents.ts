/** Documents as rows, and what updates assign. */
import type { Entry, Ref, Shape } from '../../flow/flow';
import type { Assignment, Expr } from '../../query/model';
import type { Span } from '../../text/span';
import type { Build } from '../build/build';
import { operation } from '../build/expr';
import { assignmentsOf, type Cell, cellOf, rowOf } from '../build/rows';
import { isNothing } from '../build/value';
import { type Context, isOperator, isTests, keySpan } from './context';
import { stageOf } from './pipeline';

const deepest = 3;

/** A field, and the fields inside of it by their paths: a part of a document can be the shard key. */
export const placeField = (build: Build, entry: Entry): readonly Cell[] =>
  entry.key === undefined ? [] : cellsAt(build, entry.key, entry, 0);

const cellsAt = (build: Build, path: string, entry: Entry, depth: number): readonly Cell[] => {
  const span = keySpan(build, entry);
  const own = cellOf(build, path, span, entry.value);
  if (depth >= deepest || own.length === 0) return own;
  const shapes = build.flow.shapes(entry.value);
  const [shape] = shapes;
  if (shapes.length !== 1 || shape?.kind !== 'object' || isTests(shape)) return own;
  const inner = shape.entries.flatMap((one) =>
    one.key === undefined || one.when.length > 0 ? [] : cellsAt(build, `${path}.${one.key}`, one, depth + 1),
  );
  return [...own, ...inner];
};

export interface Change {
  readonly set: readonly Assignment[];
  readonly openSet?: boolean;
}

/** Operators that assign by the old value, or remove. */
const changing = /^\$(?:inc|mul|min|max|currentDate|unset|push|pull|pullAll|addToSet|pop|bit|rename)$/;

/** An update: operators, a pipeline of stages, or (`replaces`) the whole new document. */
export const changeOf = (c: Context, ref: Ref | undefined): Change => {
  if (ref === undefined) return { set: [] };
  const parts = c.flow.shapes(ref).map((shape) => fromShape(c, shape));
  return joined(parts);
};

const joined = (parts: readonly Change[]): Change => ({
  set: parts.flatMap(({ set }) => set),
  ...(parts.some(({ openSet }) => openSet === true) ? { openSet: true } : {}),
});

const unknownChange: Change = { set: [], openSet: true };

const fromShape = (c: Context, shape: Shape): Change => {
  if (isNothing(shape)) return { set: [] };
  if (shape.kind === 'list') return joined(shape.items.map(({ value }) => fromStage(c, value)));
  if (shape.kind !== 'object') return unknownChange;
  const plain = shape.entries.filter(({ key }) => !isOperator(key));
  const row = rowOf(c, plain, shape.open, placeField);
  const operators = shape.entries.filter(({ key }) => isOperator(key));
  return joined([
    ...(plain.length > 0 || shape.open ? [assignmentsOf([row])] : []),
    ...operators.map((entry) => fromOperator(c, entry)),
  ]);
};

const fromOperator = (c: Context, entry: Entry): Change => {
  const { key, value } = entry;
  if (key === '$set' || key === '$replaceWith')
    return joined(
      c.flow.shapes(value).map((shape) => {
        if (isNothing(shape)) return { set: [] };
        return shape.kind === 'object'
          ? assignmentsOf([rowOf(c, shape.entries, shape.open, placeField)])
          : unknownChange;
      }),
    );
  // What an upsert adds to a new document alone changes no document.
  if (key === '$setOnInsert' || !changing.test(key ?? '')) return { set: [] };
  return joined(
    c.flow.shapes(value).map((shape) => {
      if (shape.kind !== 'object') return { set: [] };
      return {
        set: shape.entries.flatMap((one): readonly Assignment[] =>
          one.key === undefined ? [] : [assigned(one.key, operation(key ?? '', [], keySpan(c, one)), keySpan(c, one))],
        ),
      };
    }),
  );
};

const assigned = (column: string, value: Expr, span: Span): Assignment => ({ column, qualifier: [], value, span });

const fromStage = (c: Context, ref: Ref): Change => {
  const stage = stageOf(c, ref);
  if (stage === undefined) return unknownChange;
  if (stage.name !== '$set' && stage.name !== '$addFields')
    return stage.name === '$unset' ? { set: [] } : unknownChange;
  const shapes = c.flow.shapes(stage.value);
  return joined(
    shapes.map((shape) => {
      if (shape.kind !== 'object') return unknownChange;
      const set = shape.entries.flatMap((one): readonly Assignment[] =>
        one.key === undefined ? [] : [assigned(one.key, operation('$set', [], keySpan(c, one)), keySpan(c, one))],
      );
      return { set, ...(shape.open ? { openSet: true } : {}) };
    }),
  );
};
