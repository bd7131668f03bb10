/** What is given to a model after it was made: `User.addScope('active', …)`, `User.active = () => User.scope('active')`. */
import type { Flow, FuncRef, Ref } from '../../flow/flow';
import type { CallValue, Value } from '../../hosts/host';
import type { Assignment } from '../build/calls';
import { textIn } from '../build/options';
import { modelKey, modelNamed } from './associations';
import { type DeclaredModel, isHook } from './models';

/** `owner`: key or name of the model. */
export type Added =
  | { readonly owner: string; readonly name: string; readonly kind: 'scope' | 'default-scope'; readonly value: Ref }
  /** A function whose `this` is the model or a row of it. */
  | {
      readonly owner: string;
      readonly name: string;
      readonly kind: 'static' | 'method' | 'hook';
      readonly fn: FuncRef;
    };

export const addedIn = (
  flow: Flow,
  calls: readonly CallValue[],
  assignments: readonly Assignment[],
): readonly Added[] => [
  ...calls.flatMap(({ callee, args }): readonly Added[] => {
    const [first, second] = args;
    if (callee.kind === 'member' && typeof callee.property === 'string') {
      const { property } = callee;
      const name = property === 'addHook' && first !== undefined ? textIn(flow, flow.ref(first)) : property;
      if (name !== undefined && isHook(name)) return hooked(flow, callee.object, name, args);
    }
    if (callee.kind !== 'member' || callee.property !== 'addScope' || first === undefined || second === undefined)
      return [];
    const name = textIn(flow, flow.ref(first));
    const owner = modelKey(flow, flow.ref(callee.object));
    if (name === undefined || owner === undefined) return [];
    return [{ owner, kind: name === 'defaultScope' ? 'default-scope' : 'scope', name, value: flow.ref(second) }];
  }),
  ...assignments.flatMap(({ target, value }): readonly Added[] => {
    if (target.kind !== 'member' || typeof target.property !== 'string') return [];
    const { object, property: name } = target;
    const kind = object.kind === 'member' && object.property === 'prototype' ? 'method' : 'static';
    const model = kind === 'method' && object.kind === 'member' ? object.object : object;
    if (model.kind !== 'name' || (value.kind !== 'function' && value.kind !== 'name')) return [];
    const owner = modelKey(flow, flow.ref(model));
    if (owner === undefined) return [];
    const given = flow.shapes(flow.ref(value)).find((shape) => shape.kind === 'function');
    return given?.kind === 'function' ? [{ owner, kind, name, fn: given.function }] : [];
  }),
];

/** `User.beforeCreate((user) => …)`, `User.addHook('beforeCreate', 'a name', (user) => …)`. */
const hooked = (flow: Flow, object: Value, name: string, args: readonly Value[]): readonly Added[] => {
  const owner = modelKey(flow, flow.ref(object));
  if (owner === undefined) return [];
  return args.flatMap((arg) =>
    flow
      .shapes(flow.ref(arg))
      .flatMap((shape) => (shape.kind === 'function' ? [{ owner, kind: 'hook', name, fn: shape.function }] : [])),
  );
};

/** In the order of `declared`. */
export const withAdded = (declared: readonly DeclaredModel[], more: readonly Added[]): readonly DeclaredModel[] => {
  const of = new Map<DeclaredModel, Added[]>();
  for (const one of more) {
    const model = modelNamed(declared, one.owner);
    if (model !== undefined) of.set(model, [...(of.get(model) ?? []), one]);
  }
  return declared.map((model) => {
    const scopes = new Map(model.scopes);
    const statics = new Map(model.statics);
    const methods = [...model.methods];
    const hooks = [...model.hooks];
    let { defaultScope } = model;
    for (const one of of.get(model) ?? []) {
      if (one.kind === 'scope') scopes.set(one.name, one.value);
      else if (one.kind === 'default-scope') defaultScope = one.value;
      else if (one.kind === 'static') statics.set(one.name, one.fn);
      else if (one.kind === 'method') methods.push(one.fn);
      else if (one.kind === 'hook') hooks.push(one.fn);
    }
    return { ...model, defaultScope, scopes, statics, methods, hooks };
  });
};
