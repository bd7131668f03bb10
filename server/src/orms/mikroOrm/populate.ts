/** What finders load along: `populate`, eager relations, and rows that are joined without being asked for. */
import type { ObjectShape, Ref } from '../../flow/flow';
import type { Expr, Query } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf } from '../build/build';
import { and, column, equals, inList, isTruth, param } from '../build/expr';
import type { Relation } from '../build/model';
import { optionIn } from '../build/options';
import { openSources, type Sources } from '../build/sources';
import { select } from '../build/statements';
import { isNothing, spanIn } from '../build/value';
import { anotherContext, type Context, relatedEntity } from './context';
import type { Entity } from './entities';
import { filtersExpr, isFiltered } from './filtered';
import { strategyNamed } from './property';

interface Wish {
  readonly span: Span;
  optional: boolean;
  /** Loaded by a statement of its own, whatever the strategy. */
  readonly apart: boolean;
  readonly inside: Map<string, Wish>;
}

type Wishes = Map<string, Wish>;

const depthCap = 6;

/** Joins on to `sources` what is joined, and answers the statements that are sent besides. */
export const loadRelations = (
  c: Context,
  sources: Sources,
  entity: Entity,
  options: ObjectShape | undefined,
  span: Span,
): readonly Query[] => {
  const wishes: Wishes = new Map();
  const partial = optionIn(options, 'fields');
  for (const { value, when } of options?.entries.filter(({ key }) => key === 'populate') ?? [])
    wish(c, value, entity, wishes, when.length > 0);
  if (partial !== undefined) wishPaths(c, partial, entity, wishes, (path) => path.slice(0, -1));
  eagerly(c, entity, wishes, span, 0, new Set());
  const also: Query[] = [];
  load(
    { c, options, said: strategyNamed(c.flow, optionIn(options, 'strategy')), also },
    sources,
    sources.alias,
    entity,
    wishes,
  );
  if (partial === undefined) joinUnasked(c, sources, entity, wishes, options, span);
  return also;
};

/** `em.populate(rows, […])`: statements alone. */
export const loadApart = (
  c: Context,
  ref: Ref | undefined,
  entity: Entity,
  options: ObjectShape | undefined,
): readonly Query[] => {
  const wishes: Wishes = new Map();
  if (ref !== undefined) wish(c, ref, entity, wishes, false);
  const also: Query[] = [];
  for (const [name, one] of wishes) {
    const found = relationNamed(c, entity, name);
    if (found !== undefined)
      apart(
        { c, options, said: strategyNamed(c.flow, optionIn(options, 'strategy')), also },
        found.relation,
        found.target,
        entity,
        one,
      );
  }
  return also;
};

const relationNamed = (
  c: Context,
  entity: Entity,
  name: string,
): { readonly relation: Relation; readonly target: Entity } | undefined => {
  const relation = entity.relations.get(name);
  const target = relation === undefined ? undefined : relatedEntity(c, relation.target);
  return relation === undefined || target === undefined ? undefined : { relation, target };
};

// ── what is asked for ───────────────────────────────────────────────────────────────────────────────────────────

const wish = (c: Context, ref: Ref, entity: Entity, into: Wishes, conditional: boolean): void => {
  const shapes = c.flow.shapes(ref);
  for (const shape of shapes) {
    const optional = conditional || shapes.length > 1;
    if (shape.kind === 'literal' && (shape.value === true || shape.value === '*'))
      all(entity, into, spanIn(c, ref), optional);
    else if (isNothing(shape) || (shape.kind === 'literal' && shape.value === false)) continue;
    else wishPaths(c, shape.ref, entity, into, (path) => path, optional);
  }
};

const wishPaths = (
  c: Context,
  ref: Ref,
  entity: Entity,
  into: Wishes,
  kept: (path: readonly string[]) => readonly string[],
  conditional = false,
): void => {
  for (const shape of c.flow.shapes(ref)) {
    if (shape.kind === 'literal' && typeof shape.value === 'string') {
      add(entity, c, kept(shape.value.split('.')), into, spanIn(c, ref), conditional);
    } else if (shape.kind === 'list') {
      for (const { value, when } of shape.items)
        for (const item of c.flow.shapes(value)) {
          const optional = conditional || when.length > 0;
          if (item.kind !== 'literal' || typeof item.value !== 'string') c.notes.add(`populate ${c.flow.print(value)}`);
          else if (item.value === '*') all(entity, into, spanIn(c, value), optional);
          else add(entity, c, kept(item.value.split('.')), into, spanIn(c, value), optional);
        }
      if (shape.open) c.notes.add(`populate ${c.flow.print(shape.ref)}`);
    } else if (shape.kind === 'unknown') c.notes.add(`populate ${c.flow.print(shape.ref)}`);
  }
};

const add = (
  entity: Entity,
  c: Context,
  path: readonly string[],
  into: Wishes,
  span: Span,
  optional: boolean,
): void => {
  let at: Entity | undefined = entity;
  let wishes = into;
  for (const part of path) {
    const name = part.replace(/:.*$/, '');
    const found: ReturnType<typeof relationNamed> = at === undefined ? undefined : relationNamed(c, at, name);
    // `:ref` loads the key alone, which stands in the row already.
    if (found === undefined || (part.endsWith(':ref') && found.relation.owns)) return;
    const before = wishes.get(name);
    const next = before ?? { span, optional, apart: false, inside: new Map() };
    next.optional &&= optional;
    wishes.set(name, next);
    wishes = next.inside;
    at = found.target;
  }
};

const all = (entity: Entity, into: Wishes, span: Span, optional: boolean): void => {
  for (const name of entity.relations.keys())
    if (!into.has(name)) into.set(name, { span, optional, apart: true, inside: new Map() });
};

const eagerly = (
  c: Context,
  entity: Entity,
  into: Wishes,
  span: Span,
  depth: number,
  seen: ReadonlySet<string>,
): void => {
  if (depth > depthCap || seen.has(entity.name)) return;
  const within = new Set(seen).add(entity.name);
  for (const name of entity.eager) {
    const found = relationNamed(c, entity, name);
    if (found === undefined || within.has(found.target.name)) continue;
    const before = into.get(name);
    if (before === undefined) into.set(name, { span, optional: false, apart: false, inside: new Map() });
    else before.optional = false;
  }
  for (const [name, one] of into) {
    const found = relationNamed(c, entity, name);
    if (found !== undefined) eagerly(c, found.target, one.inside, one.span, depth + 1, within);
  }
};

// ── how it is loaded ────────────────────────────────────────────────────────────────────────────────────────────

interface Loading {
  readonly c: Context;
  readonly options: ObjectShape | undefined;
  /** The strategy that the call asks for. */
  readonly said: string | undefined;
  readonly also: Query[];
}

const isJoined = ({ c, said }: Loading, entity: Entity, relation: Relation, one: Wish): boolean => {
  const { settings } = c.data;
  if (settings.mongo) return false;
  // The other side of a one-to-one relation is joined for its key in any case.
  if (!relation.owns && !relation.many && relation.through === undefined && settings.strategy !== 'select-in')
    return !one.apart;
  const strategy = entity.strategies.get(relation.name) ?? said ?? settings.strategy;
  return !one.apart && (strategy === 'joined' || (strategy === 'balanced' && !relation.many));
};

const load = (how: Loading, sources: Sources, alias: string, entity: Entity, wishes: Wishes): void => {
  for (const [name, one] of wishes) {
    const found = relationNamed(how.c, entity, name);
    if (found === undefined) continue;
    const { relation, target } = found;
    if (!isJoined(how, entity, relation, one)) {
      apart(how, relation, target, entity, one);
      continue;
    }
    const { span, optional } = one;
    const own = sources.join(alias, relation, target, { span, optional, ...filterOn(how, target, span) });
    load(how, sources, own, target, one.inside);
  }
};

const filterOn = ({ c, options }: Loading, target: Entity, span: Span): { readonly where?: (alias: string) => Expr } =>
  isFiltered(c, target, options)
    ? { where: (alias) => filtersExpr({ ...c, sources: undefined }, { entity: target, alias }, options, span) }
    : {};

/** Related rows by the keys of rows that are loaded already. */
const apart = (how: Loading, relation: Relation, target: Entity, from: Entity, one: Wish): void => {
  const { options, also } = how;
  const c = anotherContext(how.c);
  const { span } = one;
  const table = c.table(target.table, span);
  const sources = openSources(c, table);
  let alias = aliasOf(table);
  let pairs = relation.on;
  if (relation.through !== undefined) {
    const link = c.table(relation.through.table, span);
    alias = aliasOf(link);
    const on = and(
      relation.through.on.map((pair) =>
        equals(column(aliasOf(table), pair.other, span), column(alias, pair.own, span), span),
      ),
      span,
    );
    sources.add(link, on, { span, optional: false, type: 'inner' });
    pairs = relation.on;
  }
  const keys = and(
    pairs.map((pair) =>
      inList(column(alias, pair.other, span), [param(`${from.label}.${pair.own}`, span, true)], span),
    ),
    span,
  );
  const own: Context = { ...c, sources };
  const filter = filtersExpr(own, { entity: target, alias: aliasOf(table) }, options, span);
  const at = also.length;
  load({ ...how, c: own }, sources, aliasOf(table), target, one.inside);
  also.splice(
    at,
    0,
    select([sources.from()], c.site.value.span, { where: isTruth(filter) ? keys : and([keys, filter], span) }),
  );
};

/** Keys of inverse one-to-one relations, and rows that a filter may hide. */
const joinUnasked = (
  c: Context,
  sources: Sources,
  entity: Entity,
  wishes: Wishes,
  options: ObjectShape | undefined,
  span: Span,
): void => {
  const { settings } = c.data;
  const names = [
    ...(settings.joinsInverseOnes ? entity.inverseOnes : []),
    ...(settings.joinsFiltered && !isOffFilters(c, options) ? filteredOnes(c, entity, options) : []),
  ];
  for (const name of new Set(names)) {
    const found = wishes.has(name) ? undefined : relationNamed(c, entity, name);
    if (found === undefined) continue;
    const { relation, target } = found;
    const how: Loading = { c, options, said: undefined, also: [] };
    sources.join(sources.alias, relation, target, { span, optional: false, ...filterOn(how, target, span) });
  }
};

const isOffFilters = (c: Context, options: ObjectShape | undefined): boolean => {
  const ref = optionIn(options, 'filters');
  return ref !== undefined && c.flow.shapes(ref).some((shape) => shape.kind === 'literal' && shape.value === false);
};

const filteredOnes = (c: Context, entity: Entity, options: ObjectShape | undefined): readonly string[] =>
  [...entity.relations.values()].flatMap((relation) => {
    const target = relation.owns && relation.through === undefined ? relatedEntity(c, relation.target) : undefined;
    return target !== undefined && isFiltered(c, target, options) ? [relation.name] : [];
  });
