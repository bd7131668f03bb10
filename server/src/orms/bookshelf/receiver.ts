/** What a chain of Bookshelf has said before the method that sends: the model, its attributes, conditions, and whether rows were read. */
import type { Chain, Flow, Ref, Step } from '../../flow/flow';
import { handedIn } from '../build/handedIn';
import type { Relation } from '../build/model';
import type { CallStep } from '../knex/handle';
import type { Found } from '../orm';
import { type BookshelfData, type BookshelfModel, classKey, isBookshelf, isMaker, placeKey } from './models';

export interface Told {
  /** Undefined: the model is chosen where the code is called. */
  readonly model: BookshelfModel | undefined;
  readonly confidence: Found['confidence'];
  /** Attributes that were given to it, in order. */
  readonly attributes: readonly Ref[];
  /** Methods of the query builder below. */
  readonly query: readonly CallStep[];
  /** A row or rows that were read: how, and what holds them. */
  readonly loaded: Ref | undefined;
  readonly list: boolean;
  /** Rows of a relation of another model's row. */
  readonly from:
    | { readonly relation: Relation; readonly owner: BookshelfModel; readonly row: Ref | undefined }
    | undefined;
}

const told = (model: BookshelfModel | undefined, confidence: Found['confidence']): Told => ({
  model,
  confidence,
  attributes: [],
  query: [],
  loaded: undefined,
  list: false,
  from: undefined,
});

const loads = /^(?:fetch|fetchOne|refresh|save|findOne|findById|create|load)$/;
const lists = /^(?:fetchAll|fetchPage|findAll)$/;
const keepsRow = /^(?:first|last|at|find|get|pop|shift|set|clone|unset)$/;
const builds =
  /^(?:query|where\w*|andWhere\w*|orWhere\w*|orderBy\w*|groupBy\w*|having\w*|limit|offset|select|distinct|innerJoin|leftJoin|join|count)$/;

/** `until`: how many steps of the chain stand before the method that is asked about; `around`: the model whose methods they stand in. */
export const receiverOf = (
  flow: Flow,
  chain: Chain,
  until: number,
  data: BookshelfData,
  around: Told | undefined,
): Told | undefined => {
  const begun = beginning(flow, chain, data) ?? { at: around, next: 0 };
  let { at } = begun;
  for (let i = begun.next; i < until; i++) {
    const step = chain.steps[i];
    if (step === undefined) return at;
    at = at === undefined ? named(step, data, chain) : after(flow, at, step, data, chain);
  }
  return at;
};

const beginning = (
  flow: Flow,
  { root, steps }: Chain,
  data: BookshelfData,
): { readonly at: Told | undefined; readonly next: number } | undefined => {
  const proven = root.kind === 'package' && isBookshelf(root.module);
  const made = steps.findLastIndex((step) => step.kind === 'call' && isMaker(step.call));
  const call = steps[made];
  if (call?.kind === 'call') {
    const model = data.byKey.get(placeKey(call.file.path, call.call)) ?? registered(flow, call, data);
    if (model !== undefined) return { at: told(model, proven ? 'certain' : 'likely'), next: made + 1 };
  }
  // `bookshelf.model('Post')`.
  const asked = steps.findIndex((step) => step.kind === 'call' && step.name === 'model' && step.args.length === 1);
  const lookup = steps[asked];
  if (lookup?.kind === 'call') {
    const model = registered(flow, lookup, data);
    if (model !== undefined) return { at: told(model, proven ? 'certain' : 'likely'), next: asked + 1 };
  }
  // A class of the library's model: its methods are the library's, on what was made or is known by its type.
  const own = steps.findIndex((step) => step.kind === 'instance' && step.class !== undefined);
  const instance = steps[own];
  if (instance?.kind === 'instance' && instance.class !== undefined) {
    const model = data.byKey.get(classKey(instance.class));
    if (model !== undefined)
      return {
        at: {
          ...told(model, 'certain'),
          ...(instance.args === undefined ? { loaded: flow.ref(rowValue(instance)) } : {}),
          attributes: instance.args?.slice(0, 1) ?? [],
        },
        next: own + 1,
      };
  }
  if (root.kind === 'class') {
    const model = data.byKey.get(classKey(root.class));
    const [first] = steps;
    if (model === undefined) return undefined;
    if (first?.kind === 'instance')
      return { at: { ...told(model, 'certain'), loaded: flow.ref(rowValue(first)) }, next: 1 };
    return { at: told(model, 'certain'), next: 0 };
  }
  return undefined;
};

/** A row that is known by its type has no expression of its own. */
const rowValue = (step: Step): Ref['value'] => ({ kind: 'opaque', why: 'a row', parts: [], span: step.span });

const registered = (flow: Flow, step: CallStep, data: BookshelfData): BookshelfModel | undefined => {
  const [name] = step.args;
  const [shape] = name === undefined ? [] : flow.shapes(name);
  const found = shape?.kind === 'literal' ? data.byName.get(String(shape.value)) : undefined;
  return found?.length === 1 ? found[0] : undefined;
};

/** `models.Post`, where nothing says what `models` is. */
const named = (step: Step, data: BookshelfData, chain: Chain): Told | undefined => {
  const { root } = chain;
  const open = root.kind !== 'package' || handedIn(chain) > 0 || /^(?:\.|@\/|~|#|\/)/.test(root.module);
  const found = step.kind === 'member' && open ? (data.byName.get(step.name) ?? []) : [];
  if (found.length === 1) return told(found[0], 'likely');
  return step.kind === 'call' && step.name === 'forge' && open
    ? { ...told(undefined, 'likely'), attributes: step.args.slice(0, 1) }
    : undefined;
};

const after = (flow: Flow, before: Told, step: Step, data: BookshelfData, chain: Chain): Told | undefined => {
  const loaded = before.loaded;
  switch (step.kind) {
    case 'new':
      return loaded === undefined
        ? { ...before, attributes: [...before.attributes, ...step.args.slice(0, 1)] }
        : undefined;
    case 'instance':
      return before;
    case 'item':
    case 'index':
      return loaded === undefined ? undefined : { ...before, list: false };
    case 'callback':
      return loaded === undefined ? before : { ...before, list: false };
    case 'member':
      return step.name === 'models' || (loaded === undefined && step.name === 'prototype') ? before : undefined;
    case 'call': {
      const { name, args } = step;
      if (name === 'forge' || name === 'set' || name === 'collection' || name === '')
        return {
          ...before,
          list: before.list || name === 'collection',
          attributes: name === 'collection' ? before.attributes : [...before.attributes, ...args.slice(0, 1)],
        };
      if (loads.test(name)) return { ...told(before.model, before.confidence), loaded: chain.ref };
      if (lists.test(name)) return { ...told(before.model, before.confidence), loaded: chain.ref, list: true };
      const related = relatedTo(flow, before, step, data, chain);
      if (related !== undefined) return related;
      if (builds.test(name)) return { ...before, query: [...before.query, step] };
      if (loaded !== undefined && (keepsRow.test(name) || /^(?:map|forEach|filter|then)$/.test(name))) return before;
      return step.discarded === true || /^(?:through|withPivot|clone|on|trigger|require|scope|unscoped)$/.test(name)
        ? before
        : undefined;
    }
    default:
      return undefined;
  }
};

/** `user.related('posts')`, `user.posts()`. */
const relatedTo = (flow: Flow, before: Told, step: CallStep, data: BookshelfData, chain: Chain): Told | undefined => {
  const { model } = before;
  if (model === undefined) return undefined;
  const [arg] = step.args;
  const [shape] = step.name === 'related' && arg !== undefined ? flow.shapes(arg) : [];
  const name = step.name === 'related' ? (shape?.kind === 'literal' ? String(shape.value) : undefined) : step.name;
  const relation = name === undefined ? undefined : model.relations.get(name);
  const target = relation === undefined ? undefined : data.byKey.get(relation.target);
  if (relation === undefined || target === undefined) return undefined;
  const object = step.call.callee.kind === 'member' ? step.call.callee.object : undefined;
  const row: Ref | undefined = object === undefined ? undefined : { ...chain.ref, file: step.file, value: object };
  return { ...told(target, before.confidence), from: { relation, owner: model, row } };
};
