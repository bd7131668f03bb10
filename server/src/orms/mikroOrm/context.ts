/** What all parts of one MikroORM call share. */
import type { Entry, Flow, ObjectShape, Ref } from '../../flow/flow';
import type { Query } from '../../query/model';
import type { Span } from '../../text/span';
import { another, type Build, openBuild } from '../build/build';
import { optionIn } from '../build/options';
import type { Sources } from '../build/sources';
import { isNothing } from '../build/value';
import type { Operation } from '../orm';
import type { Entity, MikroData } from './entities';

export interface Context extends Build {
  readonly data: MikroData;
  /** Undefined where nothing can be joined. */
  readonly sources: Sources | undefined;
  /** What a query builder asks for that stands where a value does. */
  readonly nested: (ref: Ref) => Query | undefined;
}

/** One way that a call may go, and what it sends besides. */
export interface Sent {
  readonly operation?: Operation;
  readonly query: Query;
  readonly also?: readonly Query[];
}

export const openContext = (
  flow: Flow,
  site: Ref,
  data: MikroData,
  notes: Set<string>,
  nested: (c: Context, ref: Ref) => Query | undefined,
): Context => {
  const own: Context = {
    ...openBuild(flow, site, notes),
    data,
    sources: undefined,
    nested: (ref) => nested(own, ref),
  };
  return own;
};

/** For a statement of its own that the same call sends. */
export const anotherContext = (c: Context): Context => ({
  ...another(c),
  many: c.many,
  data: c.data,
  sources: undefined,
  nested: c.nested,
});

export const keySpan = (c: Build, entry: Entry): Span =>
  entry.file === c.site.file ? entry.keySpan : c.site.value.span;

export const relatedEntity = (c: Context, name: string): Entity | undefined => c.data.models.get(name);

export const optionsIn = (c: Build, ref: Ref | undefined): ObjectShape | undefined => {
  const shape = ref === undefined ? undefined : c.flow.shapes(ref).find((one) => one.kind === 'object');
  return shape?.kind === 'object' ? shape : undefined;
};

/** A setting that is switched off in the call itself. */
export const isOff = (c: Build, options: ObjectShape | undefined, key: string): boolean => {
  const ref = optionIn(options, key);
  return (
    ref !== undefined &&
    c.flow.shapes(ref).every((shape) => isNothing(shape) || (shape.kind === 'literal' && shape.value === false))
  );
};
