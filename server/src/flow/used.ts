/** Which fields of an answer the code behind it looks at. */
import type { CallValue, Value } from '../hosts/host';
import type { Binding, PathStep } from './bindings';
import { calleeName } from './course';
import type { FileIndex } from './fileIndex';
import type { Parent } from './gathered';
import { printValue } from './print';

/** By the names that the code has for them, at whatever depth. */
export interface Used {
  readonly names: ReadonlySet<string>;
  /** Of these, those whose values are handed on: what lies below them may be looked at elsewhere. */
  readonly handed: ReadonlySet<string>;
}

/** How an answer goes from function to function. */
export interface Ways {
  /** What a function of the workspace calls an argument. */
  into(index: FileIndex, call: CallValue, argument: number): Given | undefined;
  /** The call that a function answers; `unknown` where whoever calls it is not known; undefined for callbacks. */
  out(index: FileIndex, func: number): { readonly index: FileIndex; readonly call: Value } | 'unknown' | undefined;
}

interface Given {
  readonly index: FileIndex;
  readonly bindings: readonly Binding[];
}

/** Places that are looked at; what goes further counts as all. */
const bound = 300;

/** `answer` is a call or template that somebody waits for. Undefined where all of it may be looked at. */
export function usedOf(index: FileIndex, answer: Value, ways: Ways): Used | undefined {
  const names = new Set<string>();
  const handed = new Set<string>();
  /** Whether all of it was asked for there. */
  const seen = new Map<Value | Binding, boolean>();
  const enter = (place: Value | Binding, field: string | undefined): boolean => {
    const before = seen.get(place);
    if (before === true || (before === false && field !== undefined)) return false;
    seen.set(place, field === undefined);
    return true;
  };
  /** `field`: what is followed is the value of that field, or lies below it. False: all may be looked at. */
  const follow = (at: FileIndex, value: Value, field: string | undefined, waiting: boolean): boolean => {
    if (!enter(value, field)) return true;
    const up = at.place(value)?.parent;
    return up !== undefined && seen.size <= bound && above(at, value, up, field, waiting);
  };
  const below = (name: string, field: string | undefined): string | undefined => {
    names.add(name);
    return field === undefined && wraps.test(name) ? undefined : name;
  };
  const handOn = (field: string | undefined): boolean => {
    if (field !== undefined) handed.add(field);
    return field !== undefined;
  };
  const above = (at: FileIndex, value: Value, up: Parent, field: string | undefined, waiting: boolean): boolean => {
    switch (up.kind) {
      case 'await':
        return follow(at, up, field, false);
      case 'expression':
      case 'if':
      case 'switch':
      case 'throw':
        return up.kind !== 'throw' || handOn(field);
      case 'unary':
        return up.op === '!' || up.op === 'typeof' || up.op === 'void' || handOn(field);
      case 'conditional':
        return up.test === value || follow(at, up, field, waiting);
      case 'binary':
        if (/^(?:\?\?|\|\|)$/.test(up.op) || (up.op === '&&' && up.right === value))
          return follow(at, up, field, waiting);
        return /^(?:&&|[!=]==?)$/.test(up.op) || handOn(field);
      case 'declare':
        return held(at, value, field, waiting);
      case 'assign': {
        if (up.target === value) return true;
        const [one, more] = at.bindings.filter(({ writes }) => writes.some((write) => write.value === value));
        return one !== undefined && !more && up.target.kind === 'name' && named(at, one, field, waiting);
      }
      case 'loop': {
        const items = at.bindings.filter(({ declared }) => declared.kind === 'item' && declared.over === value);
        return up.over !== value || items.every((one) => taken(at, one, field, pathOf(one)));
      }
      case 'member':
        return up.object === value ? member(at, up, field, waiting) : handOn(field);
      case 'call':
        return up.callee === value ? follow(at, up, field, waiting) : argument(at, value, up, field);
      case 'list':
        return together(at, value, up, field) || handOn(field);
      case 'return':
        return returned(at, value, field);
      default:
        return handOn(field);
    }
  };
  const held = (at: FileIndex, value: Value, field: string | undefined, waiting: boolean): boolean =>
    at.bindings
      .filter(({ declared }) => declared.kind === 'value' && declared.value === value)
      .every((one) => taken(at, one, field, pathOf(one), waiting));
  const taken = (
    at: FileIndex,
    binding: Binding,
    field: string | undefined,
    path: readonly PathStep[],
    waiting = false,
  ): boolean => {
    let last = field;
    for (const step of path) {
      if (step.kind === 'rest' && step.from === 0 && !handOn(last)) return false;
      if (step.kind === 'key') last = below(step.key, last);
    }
    return named(at, binding, last, waiting);
  };
  const named = (at: FileIndex, binding: Binding, field: string | undefined, waiting: boolean): boolean => {
    return !enter(binding, field) || binding.mentions.every(({ value }) => follow(at, value, field, waiting));
  };
  const member = (
    at: FileIndex,
    value: Value & { readonly kind: 'member' },
    field: string | undefined,
    waiting: boolean,
  ): boolean => {
    const up = at.place(value)?.parent;
    const { property } = value;
    if (up?.kind === 'call' && up.callee === value)
      return typeof property === 'string' ? method(at, up, property, field, waiting) : handOn(field);
    if (typeof property !== 'string') return isPosition(property) ? follow(at, value, field, waiting) : handOn(field);
    if (up?.kind === 'assign' && up.target === value && up.op === '=') return true;
    return follow(at, value, below(property, field), waiting);
  };
  const method = (
    at: FileIndex,
    call: CallValue,
    name: string,
    field: string | undefined,
    waiting: boolean,
  ): boolean => {
    if (waiting) {
      if (name === 'then') return inCallback(at, call, 0, field);
      const settles = name === 'catch' || name === 'finally';
      return (settles || !call.args.some(({ kind }) => kind === 'function')) && follow(at, call, field, true);
    }
    if (each.test(name)) return inCallback(at, call, 0, field);
    if (picks.test(name)) return inCallback(at, call, 0, field) && follow(at, call, field, false);
    if (name === 'reduce') return inCallback(at, call, 1, field);
    if (name === 'sort' || name === 'toSorted')
      return inCallback(at, call, 0, field) && inCallback(at, call, 1, field) && follow(at, call, field, false);
    return parts.test(name) ? follow(at, call, field, false) : says.test(name) || handOn(field);
  };
  /** What the callback calls its parameter. */
  const inCallback = (at: FileIndex, { args }: CallValue, parameter: number, field: string | undefined): boolean => {
    const [callback] = args;
    if (callback === undefined || (callback.kind === 'name' && /^(?:Boolean|Number|String)$/.test(callback.name)))
      return true;
    if (callback.kind !== 'function') return handOn(field);
    return parametersOf(at, callback.function, parameter).every((one) => taken(at, one, field, pathOf(one)));
  };
  const argument = (at: FileIndex, value: Value, call: CallValue, field: string | undefined): boolean => {
    const text = printValue(call.callee);
    if (field !== undefined || looks.test(text)) return handOn(field) || true;
    const given = ways.into(at, call, call.args.indexOf(value));
    return given?.bindings.every((one) => taken(given.index, one, undefined, pathOf(one))) === true;
  };
  /** `[user, orders] = await Promise.all([…])`. */
  const together = (
    at: FileIndex,
    value: Value,
    list: Value & { readonly kind: 'list' },
    field: string | undefined,
  ): boolean => {
    const call = at.place(list)?.parent;
    if (call?.kind !== 'call' || !/^(?:all|allSettled|\$?transaction)$/.test(calleeName(call.callee) ?? ''))
      return false;
    let top: Value = call;
    for (let up = at.place(top)?.parent; up?.kind === 'await'; up = at.place(top)?.parent) top = up;
    const up = at.place(top)?.parent;
    if (up?.kind === 'expression') return true;
    const item = list.items.indexOf(value);
    const places = at.bindings.filter(({ declared }) => declared.kind === 'value' && declared.value === top);
    if (up?.kind !== 'declare' || places.some((one) => pathOf(one)[0]?.kind !== 'index')) return false;
    return places.every((one) => {
      const [first, ...path] = pathOf(one);
      return first?.kind !== 'index' || first.index !== item || taken(at, one, field, path);
    });
  };
  const returned = (at: FileIndex, value: Value, field: string | undefined): boolean => {
    const func = at.place(value)?.function ?? 0;
    const out = ways.out(at, func);
    if (out === 'unknown') return handOn(field);
    if (out !== undefined) return follow(out.index, out.call, field, true);
    const callback = at.functionValues.get(func);
    const call = callback && at.place(callback)?.parent;
    if (call?.kind !== 'call') return handOn(field);
    return decides.test(calleeName(call.callee) ?? '') || follow(at, call, field, true);
  };
  const [last] = 'args' in answer ? answer.args.slice(-1) : [];
  // `find(filter, (error, rows) => …)`
  if (last?.kind === 'function' || !follow(index, answer, undefined, true)) return undefined;
  return { names, handed };
}

const pathOf = ({ declared }: Binding): readonly PathStep[] => ('path' in declared ? declared.path : []);

export const parametersOf = (index: FileIndex, func: number, parameter: number): readonly Binding[] =>
  [...(index.functionScopes.get(func)?.names.values() ?? [])].filter(
    ({ declared }) => declared.kind === 'param' && declared.function === func && declared.index === parameter,
  );

/** `rows[0]`, `rows[i]`: one of several. */
const isPosition = (property: Value): boolean =>
  (property.kind === 'literal' && typeof property.value === 'number') ||
  (property.kind === 'name' && /^(?:[ijkn]|idx|index)$/i.test(property.name));

/** Where drivers keep the rows of their answers. */
const wraps =
  /^(?:dataValues|_doc|attributes|rows|recordsets?|records|results?|docs|documents|items|entities|data|value|raw)$/;
/** Methods of lists: their callback is called with each item, and what they answer is made of what it returns. */
const each = /^(?:map|flatMap|forEach|some|every|findIndex|findLastIndex)$/;
/** They answer items. */
const picks = /^(?:filter|find|findLast)$/;
/** What their callback returns decides, or is let go. */
const decides = /^(?:filter|find|findLast|some|every|findIndex|findLastIndex|forEach|sort|toSorted)$/;
const parts = /^(?:slice|at|reverse|toReversed|concat|flat|values|pop|shift)$/;
/** Of a list or a text: what they answer is none of it. */
const says = /^(?:push|includes|indexOf|keys)$/;
/** They ask whether it is there. */
const looks = /^(?:Boolean|Array\.isArray|(?:_\.|lodash\.)?(?:isEmpty|isNil))$/;
