/** Which models a chain of Objection speaks to, and whether it speaks to them or to a row of theirs. */
import type { Chain, Flow, Ref, Step, Typed } from '../../flow/flow';
import type { Value } from '../../hosts/host';
import { handedIn, isOpenRoot } from '../build/handedIn';
import type { Found } from '../orm';
import { classKey, isObjection, type ObjectionData, type ObjectionModel } from './models';

export interface Receiver {
  /** None: the model is known where its class is extended. */
  readonly models: readonly ObjectionModel[];
  readonly row: boolean;
  readonly confidence: Found['confidence'];
}

const told = (models: readonly ObjectionModel[], row: boolean): Receiver => ({
  models,
  row,
  confidence: models.every(({ proven }) => proven) ? 'certain' : 'likely',
});

/** `until`: how many steps of the chain stand before the method that is asked about. */
export const receiverOf = (chain: Chain, until: number, flow: Flow, data: ObjectionData): Receiver | undefined => {
  const { steps } = chain;
  const handed = handedModel(chain, flow, data);
  let at = handed ?? beginning(chain, flow, data);
  for (let i = handed === undefined ? 0 : 2; i < until; i++) {
    const step = steps[i];
    if (step === undefined) return at;
    at = at === undefined ? named(chain, i, data) : after(flow, at, step, data);
    if (at === undefined && i > 0 && steps[i]?.kind === 'call' && !accessor.test(nameOf(step))) return undefined;
  }
  return at;
};

const distinctive =
  /^(?:findById|findByIds|findOne|deleteById|withGraph\w+|patch\w*|upsertGraph\w*|insertGraph\w*|insertAndFetch|updateAndFetch\w*|throwIfNotFound|joinRelated|leftJoinRelated|modifyGraph|allowGraph|resultSize|where\w*|increment|decrement|modify|onBuild)$/;

/** A model that the source does not name, where what follows `query()` is no driver's. */
export const unnamed = (chain: Chain, calls: readonly Step[]): Receiver | undefined => {
  const { root, steps } = chain;
  const open =
    isOpenRoot(chain, 'unknown') ||
    (root.kind === 'function' && steps.length > 1) ||
    (root.kind === 'package' && /^@nestjs\/|^[.~#]|^@\//.test(root.module));
  return open && calls.some((step) => step.kind === 'call' && distinctive.test(step.name))
    ? { models: [], row: false, confidence: 'likely' }
    : undefined;
};

/** A row that nothing types, by what it is called: `billRun.$query()` where there is one model `BillRun` or `BillRunModel`. */
export const rowCalled = (object: Value, data: ObjectionData): Receiver | undefined => {
  const name = object.kind === 'name' ? object.name : object.kind === 'member' ? object.property : undefined;
  if (typeof name !== 'string' || name === '') return undefined;
  const called = name.charAt(0).toUpperCase() + name.slice(1);
  const [model, other] = data.byName.get(called) ?? data.byName.get(`${called}Model`) ?? [];
  return model === undefined || other !== undefined ? undefined : { models: [model], row: true, confidence: 'likely' };
};

/** `transaction(User, async (User) => …)`: the models come back bound. */
const handedModel = ({ root, steps }: Chain, flow: Flow, data: ObjectionData): Receiver | undefined => {
  const [call, given] = steps;
  if (root.kind !== 'package' || !isObjection(root.module) || call?.kind !== 'call' || given?.kind !== 'callback')
    return undefined;
  const arg = call.args[given.parameter];
  const models = arg === undefined ? [] : modelIn(flow, data, arg);
  return models.length === 0 ? undefined : told(models, false);
};

/** Calls that may stand before a model's name: `this.tenancy.models(id).Account`. */
const accessor = /^(?:|get|models|require|resolve|inject|use|make|\w*[mM]odels?)$/;

const nameOf = (step: Step): string => (step.kind === 'call' ? step.name : '');

const beginning = ({ root, steps }: Chain, flow: Flow, data: ObjectionData): Receiver | undefined => {
  const [first] = steps;
  const isRow = first?.kind === 'new' || first?.kind === 'instance';
  if (root.kind === 'class') {
    const model = data.byKey.get(classKey(root.class));
    if (model !== undefined) return told([model], isRow);
    const above = flow.heritage(root.class).find((one): one is Chain => 'root' in one);
    const ours = above?.root.kind === 'package' && isObjection(above.root.module);
    return ours && /(?:^|\.)Model$/.test(above.root.kind === 'package' ? above.root.name : '')
      ? { models: [], row: isRow, confidence: 'certain' }
      : undefined;
  }
  if (root.kind !== 'package' || !isObjection(root.module)) return undefined;
  if (/^(?:ModelClass|ModelConstructor)$/.test(root.name) && first?.kind === 'instance')
    return told(
      first.types.flatMap((type) => modelIn(flow, data, type)),
      false,
    );
  if (/(?:^|\.)Model$/.test(root.name)) {
    const owner = first?.kind === 'instance' ? first.class : undefined;
    const model = owner === undefined ? undefined : data.byKey.get(classKey(owner));
    return { models: model === undefined ? [] : [model], row: isRow, confidence: 'certain' };
  }
  return undefined;
};

const modelIn = (flow: Flow, data: ObjectionData, type: Ref | Typed): readonly ObjectionModel[] => {
  const found = flow.classOf(type);
  const model = found === undefined ? undefined : data.byKey.get(classKey(found));
  return model === undefined ? [] : [model];
};

/** A model's own name, taken from something that nothing says; or its file's, taken from what is called `models`. */
const named = (chain: Chain, at: number, data: ObjectionData): Receiver | undefined => {
  const { root, steps } = chain;
  const step = steps[at];
  const handed = handedIn(chain);
  const elsewhere = root.kind === 'package' && handed === 0 && !/^(?:\.|@\/|~|#|\/)/.test(root.module);
  if (step?.kind !== 'member' || elsewhere || at < handed) return undefined;
  const before = steps[at - 1];
  const isTaken = before !== undefined && 'name' in before && /models?$/i.test(before.name);
  const found = data.byName.get(step.name) ?? (isTaken ? data.byFile.get(step.name) : undefined);
  const [model, other] = found ?? [];
  return model === undefined || other !== undefined ? undefined : { models: [model], row: false, confidence: 'likely' };
};

const keeps =
  /^(?:|bind|bindKnex|bindTransaction|fromJson|\$set\w*|\$clone|clone|at|find|pop|shift|first|filter|slice|reverse|sort|concat|map|forEach|flatMap|throwIfNotFound|values|entries)$/;

const after = (flow: Flow, before: Receiver, step: Step, data: ObjectionData): Receiver | undefined => {
  switch (step.kind) {
    case 'new':
    case 'instance':
      return { ...before, row: true };
    case 'item':
    case 'index':
    case 'callback':
      return before.row ? before : undefined;
    case 'member': {
      if (!before.row) return undefined;
      const models = before.models.flatMap(
        (model) => data.byKey.get(model.relations.get(step.name)?.target ?? '') ?? [],
      );
      if (models.length > 0) return { ...before, models };
      // `const { results } = await User.query().page(0, 10)`.
      return step.name === 'results' ? before : undefined;
    }
    case 'call': {
      if (step.name === 'relatedQuery' || step.name === '$relatedQuery') {
        const models = relatedModels(flow, data, before.models, step.args[0]);
        return { ...before, models, row: true };
      }
      if (step.name === 'query' || step.name === '$query') return { ...before, row: true };
      // What builders are told gives rows of the same model.
      return before.row || keeps.test(step.name) ? before : undefined;
    }
    default:
      return undefined;
  }
};

export const relatedModels = (
  flow: Flow,
  data: ObjectionData,
  models: readonly ObjectionModel[],
  name: Ref | undefined,
): readonly ObjectionModel[] =>
  models.flatMap((model) => {
    const relation = relationIn(flow, model, name);
    const target = relation === undefined ? undefined : data.byKey.get(relation.target);
    return target === undefined ? [] : [target];
  });

export const relationIn = (flow: Flow, model: ObjectionModel, name: Ref | undefined) => {
  const [shape] = name === undefined ? [] : flow.shapes(name);
  return shape?.kind === 'literal' && typeof shape.value === 'string' ? model.relations.get(shape.value) : undefined;
};
