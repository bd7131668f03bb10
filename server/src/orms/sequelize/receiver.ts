/** Whether a chain speaks to a Sequelize model or to a row of one. */
import type { Chain, ClassRef, Flow, FuncRef, Ref, Step } from '../../flow/flow';
import { underscored } from '../../text/english';
import { handedIn, isOpenRoot } from '../build/handedIn';
import { textIn } from '../build/options';
import type { Found } from '../orm';
import type { SequelizeData, SequelizeModel } from './models';
import { classKey, isSequelize, packageAbove, placeKey } from './reading';

interface Told {
  /** None: the table is known where the class is extended. */
  readonly models: readonly SequelizeModel[];
  readonly confidence: Found['confidence'];
  /** The class itself, for methods that the project adds to rows. */
  readonly owner: ClassRef | undefined;
}

export interface ModelReceiver extends Told {
  readonly kind: 'model';
  /** What `scope(…)` was asked last; `unscoped` has none. */
  readonly scopes: 'default' | readonly Ref[];
}

export interface RowReceiver extends Told {
  readonly kind: 'row';
  readonly origin: 'new' | 'loaded' | 'typed';
  /** What `new` and `build` were handed. */
  readonly values: Ref | undefined;
  readonly list: boolean;
}

export type Receiver = ModelReceiver | RowReceiver | { readonly kind: 'registry' };

const lists = new Set(['findAll', 'bulkCreate', 'bulkBuild']);
const finders = new Set([
  'findByPk',
  'findOne',
  'findById',
  'create',
  'findOrCreate',
  'findCreateFind',
  'findAndCountAll',
  'findAndCount',
  'upsert',
  'reload',
  'save',
  'update',
]);
const onLists =
  /^(?:at|find|findLast|pop|shift|filter|slice|splice|reverse|sort|toSorted|toReversed|concat|flat|values|entries|map|forEach|flatMap|some|every|for)$/;

/** `self`: the model that `super` and an unknown `this` stand for. */
export const receiverOf = (
  chain: Chain,
  until: number,
  flow: Flow,
  data: SequelizeData,
  self?: readonly SequelizeModel[],
): Receiver | undefined => {
  const begun = beginning(chain, flow, data, self);
  let at = begun?.receiver;
  for (let i = begun?.next ?? 0; i < until; i++) {
    const step = chain.steps[i];
    if (step === undefined) return undefined;
    at = after(at, step, flow, data);
  }
  return at;
};

interface Begun {
  readonly receiver: Receiver | undefined;
  readonly next: number;
}

const beginning = (
  chain: Chain,
  flow: Flow,
  data: SequelizeData,
  self: readonly SequelizeModel[] | undefined,
): Begun | undefined => {
  const { root, steps } = chain;
  const [first] = steps;
  const confidence = 'certain' as const;
  if (root.kind === 'class') {
    const told = classTold(flow, data, root.class);
    if (told === undefined) return undefined;
    if (first?.kind === 'new') return { receiver: row(told, 'new', first.args[0]), next: 1 };
    if (first?.kind === 'instance') return { receiver: row(told, 'typed', undefined), next: 1 };
    return { receiver: { kind: 'model', ...told, scopes: 'default' }, next: 0 };
  }
  if (root.kind === 'package' && isSequelize(root.module)) {
    if (/(?:^|\.)Model$/.test(root.name)) {
      if (first?.kind === 'instance') {
        const told = first.class === undefined ? undefined : classTold(flow, data, first.class);
        return {
          receiver: row(told ?? { models: self ?? [], confidence, owner: undefined }, 'typed', undefined),
          next: 1,
        };
      }
      return {
        receiver: { kind: 'model', models: self ?? [], confidence, owner: undefined, scopes: 'default' },
        next: 0,
      };
    }
    const at = first?.kind === 'member' && first.name === 'Sequelize' ? 1 : 0;
    const made = steps[at];
    if (
      /^(?:Sequelize|default|\*|default\.Sequelize)$/.test(root.name) &&
      (made?.kind === 'new' || made?.kind === 'instance')
    ) {
      for (const [i, step] of steps.entries())
        if (step.kind === 'call' && step.name === 'define') {
          const model = data.byKey.get(placeKey(step.file.path, step.call));
          return model === undefined
            ? undefined
            : {
                receiver: { kind: 'model', models: [model], confidence, owner: model.owner, scopes: 'default' },
                next: i + 1,
              };
        }
      return { receiver: { kind: 'registry' }, next: at + 1 };
    }
    return undefined;
  }
  // `sequelize.define` of a sequelize that is handed in.
  for (const [i, step] of steps.entries())
    if (step.kind === 'call' && step.name === 'define') {
      const model = data.byKey.get(placeKey(step.file.path, step.call));
      if (model !== undefined)
        return {
          receiver: { kind: 'model', models: [model], confidence, owner: model.owner, scopes: 'default' },
          next: i + 1,
        };
    }
  return ownSelf(root, data) ?? byName(chain, data) ?? parameterRow(chain, data);
};

/** `this` of a function that was given to a model, or to its rows. */
const ownSelf = (root: Chain['root'], data: SequelizeData): Begun | undefined => {
  if (data.owned.length === 0) return undefined;
  const found = data.owned.find(({ fn }) => isThisOf(root, fn));
  if (found === undefined) return undefined;
  const told = { models: [found.model], confidence: 'certain', owner: found.model.owner } as const;
  const receiver: Receiver =
    found.self === 'row' ? row(told, 'typed', undefined) : { kind: 'model', ...told, scopes: 'default' };
  return { receiver, next: 0 };
};

const isThisOf = (root: Chain['root'], { file, function: { id, span } }: FuncRef): boolean => {
  // `this` of an object's method is the object.
  if (root.kind === 'value')
    return (
      root.ref.file === file &&
      root.ref.value.kind === 'object' &&
      root.ref.value.entries.some(({ value }) => value.kind === 'function' && value.function === id)
    );
  const [, path, at] = (root.kind === 'unknown' && /^this@(.*):(\d+)$/.exec(root.id)) || [];
  return path === file.path && span.start <= Number(at) && Number(at) <= span.end;
};

/** `user.update(…)`, `user.getTeam()` of a parameter that nothing types: it is named as the model is. */
const parameterRow = ({ root, steps }: Pick<Chain, 'root' | 'steps'>, data: SequelizeData): Begun | undefined => {
  if (root.kind !== 'unknown' || root.type !== undefined || !/^parameter /.test(root.why)) return undefined;
  if (steps[0]?.kind !== 'call' || (steps.length > 1 && !data.accessors.has(steps[0].name))) return undefined;
  const name = root.why.slice('parameter '.length);
  const [model, more] =
    data.byName.get(name) ?? data.byName.get(`${name.charAt(0).toUpperCase()}${name.slice(1)}`) ?? [];
  return model === undefined || more !== undefined
    ? undefined
    : { receiver: row({ models: [model], confidence: 'likely', owner: model.owner }, 'typed', undefined), next: 0 };
};

/** `db.User.findAll()`, where nothing says what `db` is: a model's name is what tells. */
const byName = (chain: Chain, data: SequelizeData): Begun | undefined => {
  if (!isOpenRoot(chain, 'unknown', 'value', 'namespace', 'global')) return undefined;
  const { root, steps } = chain;
  // Members alone lead to it, or what a callback is handed: `app.get('/', (req) => req.models.User.findAll())`.
  let leads = handedIn(chain) === 0;
  for (const [i, step] of steps.entries()) {
    leads = step.kind === 'callback' || (leads && step.kind === 'member');
    if (!leads || step.kind !== 'member') continue;
    const found = named(data, step.name);
    const [model] = found ?? [];
    if (model !== undefined && found?.length === 1 && (/^[A-Z]/.test(step.name) || steps[i - 1]?.kind === 'member'))
      return {
        receiver: { kind: 'model', models: [model], confidence: 'likely', owner: model.owner, scopes: 'default' },
        next: i + 1,
      };
  }
  const name =
    root.kind === 'global'
      ? root.name
      : root.kind === 'unknown'
        ? root.id.replace(/@.*$/, '').split('.').at(-1)
        : undefined;
  const [model] = name !== undefined && /^[A-Z]/.test(name) ? (data.byName.get(name) ?? []) : [];
  return model === undefined
    ? undefined
    : {
        receiver: { kind: 'model', models: [model], confidence: 'likely', owner: model.owner, scopes: 'default' },
        next: 0,
      };
};

/** A loader may spell them otherwise: `models.BaseUser` is made of `base_user`. */
const named = (data: SequelizeData, name: string): readonly SequelizeModel[] | undefined =>
  data.byName.get(name) ?? (/^[A-Z]/.test(name) ? data.byName.get(underscored(name)) : undefined);

const classTold = (flow: Flow, data: SequelizeData, of: ClassRef): Told | undefined => {
  const model = data.byKey.get(classKey(of));
  if (model !== undefined) return { models: [model], confidence: 'certain', owner: of };
  return packageAbove(flow, of) === undefined ? undefined : { models: [], confidence: 'certain', owner: of };
};

const row = (told: Told, origin: RowReceiver['origin'], values: Ref | undefined, list = false): RowReceiver => ({
  kind: 'row',
  models: told.models,
  confidence: told.confidence,
  owner: told.owner ?? told.models[0]?.owner,
  origin,
  values,
  list,
});

const after = (before: Receiver | undefined, step: Step, flow: Flow, data: SequelizeData): Receiver | undefined => {
  if (before === undefined) return undefined;
  if (before.kind === 'registry') {
    const name =
      step.kind === 'member'
        ? step.name
        : step.kind === 'index'
          ? textIn(flow, step.key)
          : step.kind === 'call' && step.name === 'model'
            ? textIn(flow, step.args[0])
            : undefined;
    if (name === undefined) return undefined;
    if (name === 'models') return before;
    const [model] = named(data, name) ?? [];
    return model === undefined
      ? undefined
      : { kind: 'model', models: [model], confidence: 'certain', owner: model.owner, scopes: 'default' };
  }
  if (before.kind === 'model') {
    if (step.kind === 'member' && step.name === 'sequelize') return { kind: 'registry' };
    if (step.kind !== 'call') return undefined;
    if (step.name === 'scope' || step.name === 'withScope') return { ...before, scopes: step.args };
    if (step.name === 'unscoped' || step.name === 'withoutScope') return { ...before, scopes: [] };
    if (step.name === 'schema' || step.name === 'withSchema') return before;
    if (step.name === 'build') return row(before, 'new', step.args[0]);
    if (lists.has(step.name)) return row(before, 'loaded', undefined, true);
    if (finders.has(step.name)) return row(before, 'loaded', undefined, step.name.startsWith('findAndCount'));
    return scoping(before, step, flow, data);
  }
  if (step.kind === 'member' && step.name === 'constructor')
    return {
      kind: 'model',
      models: before.models,
      confidence: before.confidence,
      owner: before.owner,
      scopes: 'default',
    };
  if (step.kind === 'member')
    return step.name === 'sequelize' ? { kind: 'registry' } : related(before, step.name, data);
  if (step.kind === 'item' || step.kind === 'index') return { ...before, list: false };
  if (step.kind === 'callback') return step.parameter === 0 ? { ...before, list: false } : undefined;
  if (step.kind === 'call') {
    if (step.name === '$get' || step.name === '$create') {
      const name = textIn(flow, step.args[0]);
      return name === undefined ? undefined : related(before, name, data);
    }
    const [relation] = data.accessors.get(step.name) ?? [];
    if (relation !== undefined && /^(?:get|create)/.test(step.name)) return related(before, relation, data);
    if (before.list && onLists.test(step.name))
      return /^(?:find|findLast|at|pop|shift)$/.test(step.name) ? { ...before, list: false } : before;
    if (/^(?:save|update|reload|set|increment|decrement|restore)/.test(step.name))
      return { ...before, origin: 'loaded' };
    return undefined;
  }
  return undefined;
};

/** `User.active()`, where `User.active = () => User.scope('active')`. */
const scoping = (
  { models }: ModelReceiver,
  step: Step & { readonly kind: 'call' },
  flow: Flow,
  data: SequelizeData,
): Receiver | undefined => {
  const fn = models[0]?.statics.get(step.name);
  const [returned] = fn === undefined ? [] : flow.callback(fn, step.args).returns;
  if (returned === undefined) return undefined;
  const chain = flow.chain(returned.value);
  // One that calls itself, or another one, is not followed further.
  if (chain.steps.some((one) => one.kind === 'call' && models[0]?.statics.has(one.name))) return undefined;
  const receiver = receiverOf(chain, chain.steps.length, flow, data, models);
  return receiver?.kind === 'model' ? receiver : undefined;
};

/** `document.collection`: a row of the associated model. */
const related = (before: RowReceiver, name: string, data: SequelizeData): Receiver | undefined => {
  if (name === 'rows') return before;
  const models = before.models.flatMap((model) => {
    const relation = model.relations.get(name);
    const target = relation === undefined ? undefined : data.models.get(relation.target);
    return target === undefined ? [] : [target];
  });
  const [model] = models;
  if (model === undefined) return undefined;
  return { ...row({ models, confidence: before.confidence, owner: model.owner }, 'loaded', undefined), list: false };
};
