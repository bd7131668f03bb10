/** What finders load along: `relations`, legacy `join`, and relations that are declared eager. */
import type { ObjectShape, Ref } from '../../flow/flow';
import type { Span } from '../../text/span';
import { spanIn } from '../build/value';
import { asks, type Context, keySpan, lastOf, relatedEntity } from './context';
import type { Entity } from './entities';

const depthCap = 6;

/** `eager`: what is loaded brings its own eager relations. */
type Loading = Context & { readonly eager: boolean };

export const loadRelations = (
  c: Context,
  options: ObjectShape | undefined,
  entity: Entity,
  alias: string,
  span: Span,
): void => {
  const option = lastOf(options, 'loadEagerRelations');
  const eager = option === undefined || asks(c, option.value) !== 'never';
  for (const { value, when } of options?.entries.filter((entry) => entry.key === 'relations') ?? [])
    relationsIn({ ...c, eager }, value, entity, alias, when.length > 0, 0);
  if (eager) loadEager(c, entity, alias, span, 0, new Set(), false);
  orderedBy(c, options, entity, alias);
};

const relationsIn = (
  c: Loading,
  ref: Ref,
  entity: Entity,
  alias: string,
  conditional: boolean,
  depth: number,
): void => {
  if (depth > depthCap) return;
  const shapes = c.flow.shapes(ref);
  for (const shape of shapes) {
    const unsure = conditional || shapes.length > 1;
    if (shape.kind === 'list') {
      for (const { value, when } of shape.items)
        for (const item of c.flow.shapes(value))
          if (item.kind === 'literal' && typeof item.value === 'string')
            alongPath(c, item.value.split('.'), entity, alias, spanIn(c, value), unsure || when.length > 0);
          else c.notes.add(`relation ${c.flow.print(value)}`);
      if (shape.open) c.notes.add(`relations ${c.flow.print(shape.ref)}`);
    } else if (shape.kind === 'object') {
      for (const entry of shape.entries) {
        const relation = entity.relations.get(entry.key ?? '');
        const asked = asks(c, entry.value);
        const target = relation === undefined ? undefined : relatedEntity(c, relation.target);
        if (relation === undefined || target === undefined || asked === 'never') continue;
        const optional = unsure || entry.when.length > 0 || asked === 'maybe';
        const own = c.sources?.join(alias, relation, target, { span: keySpan(c, entry), optional });
        if (own === undefined) continue;
        relationsIn(c, entry.value, target, own, optional, depth + 1);
        if (c.eager) loadEager(c, target, own, keySpan(c, entry), depth + 1, new Set([entity.name]), optional);
      }
    } else if (shape.kind === 'unknown') c.notes.add(`relations ${c.flow.print(shape.ref)}`);
  }
};

const alongPath = (
  c: Loading,
  path: readonly string[],
  entity: Entity,
  alias: string,
  span: Span,
  optional: boolean,
): void => {
  let at = entity;
  let own = alias;
  for (const name of path) {
    const relation = at.relations.get(name);
    const target = relation === undefined ? undefined : relatedEntity(c, relation.target);
    if (relation === undefined || target === undefined) return;
    own = c.sources?.join(own, relation, target, { span, optional }) ?? own;
    if (c.eager) loadEager(c, target, own, span, 0, new Set([at.name]), optional);
    at = target;
  }
};

const loadEager = (
  c: Context,
  entity: Entity,
  alias: string,
  span: Span,
  depth: number,
  seen: ReadonlySet<string>,
  optional: boolean,
): void => {
  if (depth > depthCap || seen.has(entity.name)) return;
  for (const name of entity.eager) {
    const relation = entity.relations.get(name);
    const target = relation === undefined ? undefined : relatedEntity(c, relation.target);
    if (relation === undefined || target === undefined) continue;
    const own = c.sources?.join(alias, relation, target, { span, optional });
    if (own !== undefined) loadEager(c, target, own, span, depth + 1, new Set(seen).add(entity.name), optional);
  }
};

/** `order: { owner: { name: 'ASC' } }` joins as well. */
const orderedBy = (c: Context, options: ObjectShape | undefined, entity: Entity, alias: string): void => {
  const order = lastOf(options, 'order');
  if (order === undefined) return;
  for (const shape of c.flow.shapes(order.value)) {
    if (shape.kind !== 'object') continue;
    for (const entry of shape.entries) {
      const relation = entity.relations.get(entry.key ?? '');
      const target = relation === undefined ? undefined : relatedEntity(c, relation.target);
      if (
        relation !== undefined &&
        target !== undefined &&
        c.flow.shapes(entry.value).some((one) => one.kind === 'object')
      )
        c.sources?.join(alias, relation, target, { span: keySpan(c, entry), optional: entry.when.length > 0 });
    }
  }
};
