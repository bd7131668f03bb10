/** Options and scopes of a query: filters, and what is included. */

import type { ObjectShape, Ref, Shape } from '../../flow/flow';
import type { Func } from '../../hosts/host';
import type { Expr, Query } from '../../query/model';
import type { Span } from '../../text/span';
import { another } from '../build/build';
import { and, choice, column, inList, operation, param, truth } from '../build/expr';
import type { Relation } from '../build/model';
import { isFalse, isTrue, optionIn, textIn } from '../build/options';
import { openSources, type Sources } from '../build/sources';
import { select } from '../build/statements';
import { isNothing, spanIn } from '../build/value';
import { type Context, entriesNamed, keySpan } from './context';
import type { SequelizeModel } from './models';
import { type ModelReceiver, receiverOf } from './receiver';
import { unknownFilter, whereExpr } from './where';

export interface Scoped {
  readonly options: ObjectShape;
  /** One of several that a scope may be. */
  readonly optional: boolean;
}

const depthCap = 6;

/** The options that the scopes of a receiver stand for. */
export const scopesOf = (c: Context, model: SequelizeModel, scopes: ModelReceiver['scopes']): readonly Scoped[] => {
  const base = model.defaultScope === undefined ? [] : optionsOf(c, model.defaultScope, false);
  if (scopes === 'default') return base;
  return scopes.flatMap((ref) => scopeItems(c, model, ref, base, false));
};

const scopeItems = (
  c: Context,
  model: SequelizeModel,
  ref: Ref,
  base: readonly Scoped[],
  optional: boolean,
): readonly Scoped[] => {
  const shapes = c.flow.shapes(ref);
  return shapes.flatMap((shape): readonly Scoped[] => {
    const unsure = optional || shapes.length > 1;
    if (shape.kind === 'list')
      return shape.items.flatMap(({ value, when }) => scopeItems(c, model, value, base, unsure || when.length > 0));
    const named = (name: string, args: readonly Ref[]): readonly Scoped[] => {
      if (name === 'defaultScope') return base;
      const scope = model.scopes.get(name);
      if (scope === undefined) {
        c.notes.add(`scope ${name}`);
        return [];
      }
      const fn = c.flow.shapes(scope).find((one) => one.kind === 'function');
      if (fn?.kind !== 'function') return optionsOf(c, scope, unsure);
      const { returns } = c.flow.callback(fn.function, args);
      const taken = skipsFirst(c, fn.function.function, args) ?? returns;
      const made = taken.map(({ value }) => value);
      return made.flatMap((value) => optionsOf(c, value, unsure || returns.length > 1));
    };
    if (shape.kind === 'literal' && typeof shape.value === 'string') return named(shape.value, []);
    if (shape.kind === 'object') {
      const method = optionIn(shape, 'method');
      if (method === undefined) return [{ options: shape, optional: unsure }];
      const [list] = c.flow.shapes(method);
      if (list?.kind !== 'list') return named(textIn(c.flow, method) ?? '', []);
      const [first, ...args] = list.items.map((item) => item.value);
      return named(textIn(c.flow, first) ?? '', args);
    }
    if (!isNothing(shape)) c.notes.add(`scope ${c.flow.print(shape.ref)}`);
    return [];
  });
};

/** `if (!userId) return {}` at the head of a scope that is handed no such argument: nothing is added. */
const skipsFirst = (
  c: Context,
  { body, params }: Func,
  args: readonly Ref[],
): readonly { readonly value: Ref }[] | undefined => {
  const [first] = body;
  if (first?.kind !== 'if' || first.test.kind !== 'unary' || first.test.op !== '!' || first.test.value.kind !== 'name')
    return undefined;
  const { name } = first.test.value;
  const index = params.findIndex(({ pattern }) => pattern.kind === 'name' && pattern.name === name);
  const given = args[index];
  const absent = index >= 0 && (given === undefined || c.flow.shapes(given).every(isNothing));
  return absent ? [] : undefined;
};

const optionsOf = (c: Context, ref: Ref, optional: boolean): readonly Scoped[] => {
  const shapes = c.flow.shapes(ref).filter((shape) => !isNothing(shape));
  return shapes.flatMap((shape) =>
    shape.kind === 'object' ? [{ options: shape, optional: optional || shapes.length > 1 }] : [],
  );
};

/** The filter of own options and scopes; a scope's attribute that the call says anew is the call's. */
export const filterOf = (
  c: Context,
  model: SequelizeModel,
  alias: string,
  own: ObjectShape | undefined,
  scopes: readonly Scoped[],
  span: Span,
): Expr => {
  const mine = entriesNamed(own, 'where');
  const said = new Set(
    mine
      .filter(({ when }) => when.length === 0)
      .flatMap(({ value }) => c.flow.shapes(value))
      .flatMap((shape) => (shape.kind === 'object' ? shape.entries : []))
      .flatMap(({ key, when }) => (key !== undefined && when.length === 0 ? [key] : [])),
  );
  const parts = scopes.flatMap(({ options, optional }) =>
    entriesNamed(options, 'where').map(({ value, when }) => {
      const expr = whereExpr(c, value, model, alias, said);
      return optional || when.length > 0 ? choice([expr, truth(span)], span) : expr;
    }),
  );
  const several = mine.map(({ value }) => whereExpr(c, value, model, alias));
  const sure = mine.some(({ when }) => when.length === 0);
  if (several.length > 0) parts.push(choice(sure ? several : [...several, truth(span)], span));
  // Options that come from elsewhere may hold any filter.
  if (own?.open === true && mine.length === 0) parts.push(unknownFilter(c, own.ref, span));
  return and(parts, span);
};

// ── includes ────────────────────────────────────────────────────────────────────────────────────────────────────

export const includeAll = (
  c: Context,
  sources: Sources,
  model: SequelizeModel,
  alias: string,
  options: ObjectShape | undefined,
  optional: boolean,
  depth = 0,
): void => {
  for (const { value, when } of entriesNamed(options, 'include'))
    includeRef(c, sources, model, alias, value, optional || when.length > 0, depth);
};

const includeRef = (
  c: Context,
  sources: Sources,
  model: SequelizeModel,
  alias: string,
  ref: Ref,
  optional: boolean,
  depth: number,
): void => {
  if (depth > depthCap) return;
  const shapes = c.flow.shapes(ref);
  for (const shape of shapes) {
    const unsure = optional || shapes.length > 1;
    if (shape.kind === 'list') {
      for (const { value, when } of shape.items)
        includeRef(c, sources, model, alias, value, unsure || when.length > 0, depth);
      if (shape.open) c.notes.add(`include ${c.flow.print(shape.ref)}`);
    } else if (!isNothing(shape)) includeOne(c, sources, model, alias, shape, unsure, depth);
  }
};

interface Included {
  readonly relation: Relation | undefined;
  readonly target: SequelizeModel;
  readonly scopes: ModelReceiver['scopes'];
}

const includeOne = (
  c: Context,
  sources: Sources,
  model: SequelizeModel,
  alias: string,
  shape: Shape,
  optional: boolean,
  depth: number,
): void => {
  const options = shape.kind === 'object' ? shape : undefined;
  if (options !== undefined && entriesNamed(options, 'all').length > 0) {
    for (const relation of model.relations.values()) {
      const target = c.data.models.get(relation.target);
      if (target !== undefined) sources.join(alias, relation, target, { span: spanIn(c, shape.ref), optional });
    }
    return;
  }
  const found = included(c, model, shape, options);
  if (found === undefined) {
    c.notes.add(`include ${c.flow.print(shape.ref)}`);
    return;
  }
  const { relation, target, scopes } = found;
  const [first] = options?.entries ?? [];
  const span = first === undefined ? spanIn(c, shape.ref) : keySpan(c, first);
  const required = optionIn(options, 'required');
  const wheres = entriesNamed(options, 'where');
  const inner =
    isTrue(c.flow, required) || (wheres.length > 0 && !(required !== undefined && isFalse(c.flow, required)));
  const scoped = scopesOf(c, target, scopes);
  if (relation !== undefined && c.apart !== undefined && isTrue(c.flow, optionIn(options, 'separate'))) {
    c.apart.push(separate(c, relation, target, options, scoped, span));
    return;
  }
  const where = (own: string): Expr => filterOf(c, target, own, options, scoped, span);
  const type = inner ? 'inner' : 'left';
  let own: string;
  if (relation === undefined) {
    const table = c.table(target.table, span);
    own = table.alias ?? table.name.parts.at(-1) ?? '';
    sources.add(table, and([operation('association', [], span), where(own)], span), { span, optional, type });
  } else own = sources.join(alias, relation, target, { span, optional, type, where });
  includeAll(c, sources, target, own, options, optional, depth + 1);
  for (const { options: more, optional: unsure } of scoped)
    includeAll(c, sources, target, own, more, optional || unsure, depth + 1);
};

/** A select of its own, by the keys of the rows before. */
const separate = (
  c: Context,
  relation: Relation,
  target: SequelizeModel,
  options: ObjectShape | undefined,
  scoped: readonly Scoped[],
  span: Span,
): Query => {
  const again: Context = { ...another(c), many: c.many, data: c.data, ...(c.apart ? { apart: c.apart } : {}) };
  const sources = openSources(again, again.table(target.table, span));
  const keys = [param(`${relation.name}@${c.site.value.span.start}`, span, true)];
  const where = and(
    [
      ...relation.on.map((pair) => inList(column(sources.alias, pair.other, span), keys, span)),
      filterOf(again, target, sources.alias, options, scoped, span),
    ],
    span,
  );
  includeAll(again, sources, target, sources.alias, options, false, 1);
  return select([sources.from()], c.site.value.span, { where });
};

const included = (
  c: Context,
  model: SequelizeModel,
  shape: Shape,
  options: ObjectShape | undefined,
): Included | undefined => {
  const byName = (name: string | undefined): Included | undefined => {
    const relation = name === undefined ? undefined : model.relations.get(name);
    const target = relation === undefined ? undefined : c.data.models.get(relation.target);
    return relation === undefined || target === undefined ? undefined : { relation, target, scopes: 'default' };
  };
  const byModel = (ref: Ref, as: string | undefined): Included | undefined => {
    const chain = c.flow.chain(ref);
    const receiver = receiverOf(chain, chain.steps.length, c.flow, c.data);
    const [target] = receiver?.kind === 'model' ? receiver.models : [];
    if (receiver?.kind !== 'model' || target === undefined) return undefined;
    const relation =
      (as === undefined ? undefined : model.relations.get(as)) ??
      [...model.relations.values()].find((one) => one.target === target.name);
    return { relation, target, scopes: receiver.scopes };
  };
  if (options === undefined) {
    if (shape.kind === 'literal') return byName(typeof shape.value === 'string' ? shape.value : undefined);
    return byModel(shape.ref, undefined) ?? byName(lastName(c, shape.ref));
  }
  const association = optionIn(options, 'association');
  const as = textIn(c.flow, optionIn(options, 'as'));
  const target = optionIn(options, 'model');
  return (
    (target === undefined ? undefined : byModel(target, as)) ??
    (association === undefined
      ? undefined
      : (byName(textIn(c.flow, association)) ?? byName(lastName(c, association)))) ??
    byName(as)
  );
};

/** `User.associations.team`. */
const lastName = (c: Context, ref: Ref): string | undefined => {
  const last = c.flow.chain(ref).steps.at(-1);
  return last?.kind === 'member' ? last.name : undefined;
};
