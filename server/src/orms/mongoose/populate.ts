/** `populate`: the documents that others refer to, read by a statement of their own. */
import type { Ref } from '../../flow/flow';
import type { Expr, Query } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf, another } from '../build/build';
import { and, column, equals, inList, param } from '../build/expr';
import type { Sources } from '../build/sources';
import { select } from '../build/statements';
import { type Context, optionIn, siteSpan, textIn } from '../mongodb/context';
import { columnsOf, filterExpr } from '../mongodb/filter';
import type { MongooseData, MongooseModel } from './models';
import { modelName, type Reference } from './schema';

interface Populated {
  readonly path: string;
  readonly model: Ref | undefined;
  readonly match: Ref | undefined;
  readonly inner: readonly Ref[];
}

/** What `populate` is asked for: `'a b'`, `'a.b'`, `{ path, match, model, populate }`, lists of them. */
const populated = (c: Context, args: readonly Ref[]): readonly Populated[] => {
  const [first, , model, match] = args;
  if (first === undefined) return [];
  return c.flow.shapes(first).flatMap((shape): readonly Populated[] => {
    if (shape.kind === 'list') return shape.items.flatMap((item) => populated(c, [item.value]));
    if (shape.kind === 'object') {
      const path = textIn(c.flow, optionIn(shape, 'path'));
      if (path === undefined) return [];
      const deep = optionIn(shape, 'populate');
      const own = {
        model: optionIn(shape, 'model'),
        match: optionIn(shape, 'match'),
        inner: deep === undefined ? [] : [deep],
      };
      return path.split(/\s+/).map((one) => ({ path: one, ...own }));
    }
    const text = textIn(c.flow, shape.ref);
    if (text === undefined) {
      c.notes.add(`populate ${c.flow.print(shape.ref)}`);
      return [];
    }
    // An object in the third place is options and no model.
    const told = model !== undefined && c.flow.shapes(model).some((one) => one.kind !== 'object') ? model : undefined;
    return text
      .split(/\s+/)
      .filter((one) => one !== '')
      .map((path) => ({ path, model: told, match, inner: [] }));
  });
};

interface Target {
  readonly reference: Reference;
  readonly models: readonly MongooseModel[];
}

const targetOf = (c: Context, data: MongooseData, model: MongooseModel, asked: Populated): Target | undefined => {
  const reference = model.schema?.references.get(asked.path);
  const named = asked.model === undefined ? reference?.model : modelName(c.flow, asked.model);
  const models = named === undefined ? [] : (data.byName.get(named) ?? []).slice(0, 1);
  if (reference === undefined && models.length === 0) {
    c.notes.add(`populate ${asked.path}`);
    return undefined;
  }
  return {
    reference: reference ?? { model: named, local: asked.path, foreign: '_id', automatic: false },
    models,
  };
};

const deepest = 4;

/** The documents joined on to what a read gives. */
export const populate = (
  c: Context,
  data: MongooseData,
  sources: Sources,
  model: MongooseModel,
  alias: string,
  args: readonly Ref[],
  optional: boolean,
  at: Span,
  depth = 0,
): void => {
  for (const asked of populated(c, args)) {
    const target = targetOf(c, data, model, asked);
    if (target === undefined) continue;
    join(c, data, sources, target, alias, asked, optional, at, depth);
  }
};

const join = (
  c: Context,
  data: MongooseData,
  sources: Sources,
  { reference, models }: Target,
  alias: string,
  asked: Pick<Populated, 'match' | 'inner'>,
  optional: boolean,
  at: Span,
  depth: number,
): void => {
  const [model] = models;
  if (model === undefined) {
    c.notes.add(`model of ${reference.local}`);
    return;
  }
  const table = c.table([model.collection], at);
  const own = aliasOf(table);
  const parts: Expr[] = [equals(column(own, reference.foreign, at), column(alias, reference.local, at), at)];
  for (const match of [reference.match, asked.match])
    if (match !== undefined && c.flow.shapes(match).some((shape) => shape.kind === 'object'))
      parts.push(filterExpr(c, match, columnsOf(own), at));
  sources.add(table, and(parts, at), { span: at, optional, apart: true });
  if (depth >= deepest) return;
  for (const inner of asked.inner) populate(c, data, sources, model, own, [inner], optional, at, depth + 1);
};

/** References that a plugin populates on every read. */
export const populateAutomatically = (
  c: Context,
  data: MongooseData,
  sources: Sources,
  model: MongooseModel,
  alias: string,
  at: Span,
): void => {
  if (!model.schema?.plugins.some((module) => module.includes('autopopulate'))) return;
  for (const reference of model.schema.references.values())
    if (reference.automatic) {
      const models = reference.model === undefined ? [] : (data.byName.get(reference.model) ?? []).slice(0, 1);
      join(c, data, sources, { reference, models }, alias, { match: undefined, inner: [] }, false, at, 0);
    }
};

/** Read for documents that are there already: `document.populate('author')`, or behind a write. */
export const populateLater = (
  c: Context,
  data: MongooseData,
  model: MongooseModel,
  args: readonly Ref[],
  at: Span,
): readonly Query[] =>
  populated(c, args).flatMap((asked): readonly Query[] => {
    const target = targetOf(c, data, model, asked);
    const [found] = target?.models ?? [];
    if (target === undefined || found === undefined) return [];
    const own = { ...another(c), casts: c.casts, collectionOf: c.collectionOf };
    const table = own.table([found.collection], at);
    const alias = aliasOf(table);
    const values = param(`${target.reference.local}@${siteSpan(c).start}`, at, true);
    const parts: Expr[] = [inList(column(alias, target.reference.foreign, at), [values], at)];
    if (asked.match !== undefined) parts.push(filterExpr(own, asked.match, columnsOf(alias), at));
    return [select([table], siteSpan(c), { where: and(parts, at) })];
  });
