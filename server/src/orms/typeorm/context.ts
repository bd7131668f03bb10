/** What all parts of one TypeORM call share. */
import type { Entry, ObjectShape, Ref } from '../../flow/flow';
import type { Span } from '../../text/span';
import type { Build } from '../build/build';
import type { Sources } from '../build/sources';
import { isNothing } from '../build/value';
import type { Entity, TypeormData } from './entities';

export interface Context extends Build {
  readonly data: TypeormData;
  /** Undefined where nothing can be joined: the criteria of writes. */
  readonly sources: Sources | undefined;
}

export const keySpan = (c: Build, entry: Entry): Span =>
  entry.file === c.site.file ? entry.keySpan : c.site.value.span;

export const lastOf = (shape: ObjectShape | undefined, key: string): Entry | undefined =>
  shape?.entries.findLast((entry) => entry.key === key);

export const relatedEntity = (c: Context, name: string): Entity | undefined => c.data.models.get(name);

/** `true`, `{ … }` and what is not known ask for it; `false` and nothing do not. */
export const asks = (c: Build, ref: Ref): 'always' | 'maybe' | 'never' => {
  const shapes = c.flow.shapes(ref);
  const no = shapes.filter((shape) => isNothing(shape) || (shape.kind === 'literal' && shape.value === false));
  const unsure = shapes.some((shape) => shape.kind === 'unknown' || shape.kind === 'operator');
  return no.length === shapes.length ? 'never' : no.length > 0 || unsure ? 'maybe' : 'always';
};
