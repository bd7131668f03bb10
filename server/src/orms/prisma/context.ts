/** What all parts of one Prisma call share. */
import type { Entry, ObjectShape, Ref, Shape } from '../../flow/flow';
import type { Span } from '../../text/span';
import type { Build } from '../build/build';
import { type Model, undeclared } from '../build/model';
import { isNothing, spanIn } from '../build/value';
import type { PrismaSchema } from './schemas';

export interface Context extends Build {
  readonly schema: PrismaSchema | undefined;
}

/** The options that a call is handed, or what `Prisma.validator<T>()({ … })` gives back. */
export const shapesOf = (c: Context, ref: Ref): readonly Shape[] =>
  c.flow.shapes(ref).flatMap((shape): readonly Shape[] => {
    if (shape.kind !== 'chain') return [shape];
    const [before, last] = shape.chain.steps.slice(-2);
    const given = last?.kind === 'call' && last.name === '' ? last.args[0] : undefined;
    return before?.kind === 'call' && before.name === 'validator' && given !== undefined
      ? c.flow.shapes(given)
      : [shape];
  });

export const keySpan = (c: Context, entry: Entry): Span =>
  entry.file === c.site.file ? entry.keySpan : c.site.value.span;

/** All entries of that key, over the alternatives of a value: the last one of an object counts. */
export const entriesOf = (shape: ObjectShape, key: string): readonly Entry[] =>
  shape.entries.filter((entry) => entry.key === key);

export const lastOf = (shape: ObjectShape, key: string): Entry | undefined => entriesOf(shape, key).at(-1);

/** `true`, `{ … }` and what is not known ask for it; `false`, `null` and nothing do not. */
export const asks = (c: Context, ref: Ref): 'always' | 'maybe' | 'never' => {
  const shapes = c.flow.shapes(ref);
  const no = shapes.filter((shape) => isNothing(shape) || (shape.kind === 'literal' && shape.value === false));
  const unsure = shapes.some(
    (shape) => shape.kind === 'unknown' || shape.kind === 'operator' || shape.kind === 'chain',
  );
  return no.length === shapes.length ? 'never' : no.length > 0 || unsure ? 'maybe' : 'always';
};

export const targetOf = (c: Context, name: string): Model =>
  c.schema?.models.get(name) ?? undeclared(name, [name], { file: c.site.file.path, span: c.site.value.span });

export const spanOf = (c: Context, ref: Ref): Span => spanIn(c, ref);
