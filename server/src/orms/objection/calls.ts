/** What Objection's own methods are in the words of Knex, with modifiers and custom methods put in their place. */
import type { Ref } from '../../flow/flow';
import type { Build } from '../build/build';
import type { CallStep } from '../knex/handle';
import { type ObjectionModel, staticValues } from './models';

const depthCap = 4;

const literal = (call: CallStep, value: string | number): Ref => ({
  file: call.file,
  value: { kind: 'literal', value, span: call.nameSpan },
});

const isStep = (step: { readonly kind: string }): step is CallStep => step.kind === 'call';

/** Steps of functions that the builder is handed to. */
export const spreadOut = (
  c: Build,
  model: ObjectionModel | undefined,
  calls: readonly CallStep[],
  depth = 0,
): readonly CallStep[] =>
  calls.flatMap((call): readonly CallStep[] => {
    const within = (steps: readonly { readonly kind: string }[]): readonly CallStep[] => {
      const inner = steps.filter(isStep).map((step) => ({ ...step, when: [...call.when, ...step.when] }));
      return depth >= depthCap ? inner : spreadOut(c, model, inner, depth + 1);
    };
    const [first, ...rest] = call.args;
    const self: Ref = { file: call.file, value: call.call };
    if (
      /^(?:modify|modifiers|applyModifier|applyFilter|filter|onBuild|runBefore)$/.test(call.name) &&
      first !== undefined
    ) {
      const found = c.flow.shapes(first).flatMap((shape) => {
        if (shape.kind === 'function') return [{ fn: shape.function, args: rest }];
        const names = shape.kind === 'list' ? shape.items.map(({ value }) => value) : [first];
        return names.flatMap((name) => {
          const fn = modifier(c, model, name);
          return fn === undefined ? [] : [{ fn, args: rest }];
        });
      });
      if (found.length === 0) c.notes.add(`${call.name} ${c.flow.print(first)}`);
      return found.flatMap(({ fn, args }) => within(c.flow.callback(fn, [self, ...args]).applied().steps));
    }
    const own = model === undefined ? undefined : customMethod(c, model, call.name);
    return own === undefined ? [call] : within(c.flow.callback(own, call.args).applied('this').steps);
  });

const modifier = (c: Build, model: ObjectionModel | undefined, name: Ref) => {
  const [shape] = c.flow.shapes(name);
  if (model === undefined || shape?.kind !== 'literal') return undefined;
  for (const key of ['modifiers', 'namedFilters'])
    for (const ref of staticValues(c.flow, model.owner, key))
      for (const object of c.flow.shapes(ref)) {
        const value =
          object.kind === 'object' ? object.entries.findLast((one) => one.key === shape.value)?.value : undefined;
        const [fn] = value === undefined ? [] : c.flow.shapes(value);
        if (fn?.kind === 'function') return fn.function;
      }
  return undefined;
};

/** A method of the project's own query builder. */
const customMethod = (c: Build, model: ObjectionModel, name: string) => {
  for (const ref of staticValues(c.flow, model.owner, 'QueryBuilder')) {
    const of = c.flow.classOf(ref);
    const found = of === undefined ? undefined : c.flow.member(of, name, false);
    const { member, owner } = found ?? {};
    const fn = member?.function === undefined ? undefined : owner?.file.functions[member.function];
    if (fn !== undefined && owner !== undefined) return { file: owner.file, function: fn };
  }
  return undefined;
};

const fetches = /^(?:insertAndFetch|patchAndFetchById|updateAndFetchById|patchAndFetch|updateAndFetch)$/;

/** The row is read again once it is written. */
export const readsAgain = (calls: readonly CallStep[]): boolean => calls.some(({ name }) => fetches.test(name));

/** `alias`: what the model's table goes by. */
export const asKnex = (
  c: Build,
  model: ObjectionModel | undefined,
  calls: readonly CallStep[],
  alias: string,
): readonly CallStep[] => {
  const ids = (model?.idColumns ?? ['id']).map((id) => (alias === '' ? id : `${alias}.${id}`));
  const byId = (call: CallStep, id: Ref): readonly CallStep[] => {
    const items =
      ids.length === 1
        ? [id]
        : c.flow.shapes(id).flatMap((s) => (s.kind === 'list' ? s.items.map(({ value }) => value) : []));
    return ids.flatMap((name, i): readonly CallStep[] => {
      const value = items[i];
      return [{ ...call, name: 'where', args: value === undefined ? [] : [literal(call, name), value] }];
    });
  };
  return calls.flatMap((call): readonly CallStep[] => {
    const [first, second] = call.args;
    const as = (name: string, args: readonly Ref[] = call.args): CallStep => ({ ...call, name, args });
    const where = first === undefined ? [] : byId(call, first);
    switch (call.name) {
      case 'findById':
      case 'whereId':
        return where;
      case 'findByIds':
        return first === undefined ? [] : [as('whereIn', [literal(call, ids[0] ?? 'id'), first])];
      case 'findOne':
        return [...(call.args.length === 0 ? [] : [as('where')]), as('first', [])];
      case 'deleteById':
        return [...where, as('delete', [])];
      case 'patchAndFetchById':
      case 'updateAndFetchById':
        return [...where, as('update', second === undefined ? [] : [second])];
      case 'patch':
      case 'patchAndFetch':
      case 'updateAndFetch':
        return [as('update')];
      case 'insertAndFetch':
      case 'insertGraph':
      case 'insertGraphAndFetch':
      case 'insertWithRelated':
      case 'insertWithRelatedAndFetch':
        return [as('insert')];
      case 'resultSize':
        return [as('clearSelect', []), as('count', [])];
      case 'whereComposite':
        return [
          as(
            'whereIn',
            first === undefined || second === undefined
              ? []
              : [first, { ...second, value: { kind: 'list', items: [second.value], span: second.value.span } }],
          ),
        ];
      case 'whereInComposite':
        return [as('whereIn')];
      case 'page':
      case 'range':
        return second === undefined ? [] : [as('limit', [second])];
      case 'alias':
      case 'for':
        return [];
      default:
        return [call];
    }
  });
};
