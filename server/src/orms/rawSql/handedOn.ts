/**
 * Functions of the project that hand their caller's text on to a driver: `query(text, values)`, `this.db.run({ text })`.
 * The statement is their caller's, who holds the text.
 */
import type { Chain, Flow, FuncRef, Ref, Step } from '../../flow/flow';
import type { CallValue, Func, Pattern, Value } from '../../hosts/host';
import { callsOf, frameFor } from '../build/callsOf';
import { callNames, type Driver, driverFor, lastStep, provenBy } from './drivers';
import { entryOf, type Given, givenIn } from './given';

export interface HandedOn extends Given {
  /** The driver's call, with what the caller's own call has passed on the way. */
  readonly chain: Chain;
  /** Undefined where nothing but its name says that the last call sends. */
  readonly driver: Driver | undefined;
  /** One of several functions sends it: whom they ask may differ. */
  readonly either?: true;
}

const deepest = 6;

/** Names that people give to what sends a statement. */
const sends =
  /^(?:(?:async|safe|raw|db|pg|run|do|perform|send)_?)?(?:query|sql)(?:_?(?:one|all|many|any|rows?|first|single|list|raw|async))?$|^(?:execute|exec|run)_?(?:sql|query|statement|raw)\w*$|^(?:execute|exec)$/i;

export const isSender = (name: string): boolean => sends.test(name);

/** A function of the project that `step` calls with a text; undefined where it hands nothing on. */
export const handedOn = (
  flow: Flow,
  { root, steps, via }: Chain,
  step: Step & { readonly kind: 'call' },
  depth = 1,
): HandedOn | undefined => {
  if (root.kind !== 'function' || steps.length !== 1 || depth > deepest) return undefined;
  const fn: FuncRef = { ...root.function, ...(root.frame === undefined ? {} : { frame: root.frame }) };
  const frame = frameFor(fn, root.this, step.args, depth);
  for (const value of handingCalls(fn)) {
    const inner = flow.site({ value, file: fn.file, frame });
    const last = lastStep(inner);
    if (last?.kind !== 'call' || last.call !== value) continue;
    const further = handedOn(flow, inner, last, depth + 1);
    const found = further ?? (inner.root.kind === 'function' ? undefined : sentBy(flow, inner, last));
    if (found === undefined) continue;
    const several = flow.chains({ value: value.callee, file: fn.file, frame }).length > 1;
    return {
      ...found,
      chain: { ...found.chain, via: [...via, ...found.chain.via] },
      ...(several ? { either: true } : {}),
    };
  }
  return undefined;
};

const sentBy = (flow: Flow, chain: Chain, step: Step & { readonly kind: 'call' }): HandedOn | undefined => {
  const module = provenBy(flow, chain);
  const driver = module === undefined ? undefined : driverFor(module, step.name);
  if (driver === undefined && (module !== undefined || !isSender(step.name))) return undefined;
  const source = (ref: Ref): Ref => {
    const sources = sourcesOf(flow, ref);
    return sources.find((one) => isText(flow, one)) ?? sources[0] ?? ref;
  };
  const how = driver ?? { text: ['text', 'sql'], values: ['values', 'params'] };
  const given = givenIn(flow, how, step.args, driver?.calls?.[step.name] ?? 1, source);
  // Text that is the function's own is listed where it stands.
  return given === undefined || given.text.frame !== undefined ? undefined : { ...given, chain, driver };
};

// ── what comes from the caller ──────────────────────────────────────────────────────────────────────────────────

const known = new WeakMap<Func, readonly CallValue[]>();

/** Calls in a function that are handed one of its parameters, and may send it. */
const handingCalls = ({ file, function: func }: FuncRef): readonly CallValue[] => {
  const before = known.get(func);
  if (before !== undefined) return before;
  const taken = parametersOf(func);
  const calls = callsOf(file, func.id).filter(
    (call) => !call.isNew && maySend(call, func) && call.args.slice(0, 2).some((arg) => mentions(arg, taken, func)),
  );
  known.set(func, calls);
  return calls;
};

export const calleeName = ({ callee }: CallValue): string | undefined =>
  callee.kind === 'name'
    ? callee.name
    : callee.kind === 'member' && typeof callee.property === 'string'
      ? callee.property
      : undefined;

const maySend = (call: CallValue, func: Func): boolean => {
  const name = calleeName(call);
  return name !== undefined && (isSending(name) || namesOf(localOf(func, name)).some(isSending));
};

const isSending = (name: string): boolean => callNames.has(name) || /quer|sql|exec/i.test(name);

/** `const send = readOnly ? queryReplica : query;` */
const namesOf = (value: Value | undefined): readonly string[] =>
  value?.kind === 'conditional'
    ? [...namesOf(value.then), ...namesOf(value.otherwise)]
    : value?.kind === 'name'
      ? [value.name]
      : [];

const namesIn = (pattern: Pattern): readonly string[] => {
  switch (pattern.kind) {
    case 'name':
      return [pattern.name];
    case 'object':
      return pattern.entries.flatMap((entry) => namesIn(entry.pattern));
    case 'list':
      return pattern.items.flatMap((item) => (item === undefined ? [] : namesIn(item)));
  }
};

const parametersOf = (func: Func): ReadonlySet<string> =>
  new Set(func.params.flatMap(({ pattern }) => namesIn(pattern)));

const mentions = (value: Value, names: ReadonlySet<string>, func: Func): boolean => {
  switch (value.kind) {
    case 'spread':
      return mentions(value.value, names, func);
    case 'name': {
      if (names.has(value.name) || value.name === 'arguments') return true;
      const own = localOf(func, value.name);
      return own !== undefined && own.kind !== 'name' && mentions(own, names, func);
    }
    case 'member':
      return value.object.kind === 'name' && names.has(value.object.name);
    case 'conditional':
      return mentions(value.then, names, func) || mentions(value.otherwise, names, func);
    case 'binary':
      return (
        /^(?:\|\||\?\?)$/.test(value.op) && (mentions(value.left, names, func) || mentions(value.right, names, func))
      );
    case 'object':
      return value.entries.some((entry) => mentions(entry.value, names, func));
    default:
      return false;
  }
};

/** `const text = typeof query === 'string' ? query : query.text;` */
const localOf = (func: Func, name: string): Value | undefined => {
  for (const statement of func.body)
    if (statement.kind === 'declare' && statement.pattern.kind === 'name' && statement.pattern.name === name)
      return statement.value;
  return undefined;
};

/** The caller's own expressions that a parameter may be; none where a function on the way makes what is sent. */
const sourcesOf = (flow: Flow, ref: Ref): readonly Ref[] => {
  const { value, frame } = ref;
  if (frame === undefined) return [ref];
  const each = (...values: readonly Value[]): readonly Ref[] =>
    values.flatMap((one) => sourcesOf(flow, { ...ref, value: one }));
  switch (value.kind) {
    case 'name': {
      const func = frame.file.functions[frame.function];
      if (func === undefined) return [];
      for (const [index, { pattern }] of func.params.entries()) {
        const arg = frame.args[index];
        if (arg === undefined || !namesIn(pattern).includes(value.name)) continue;
        if (pattern.kind === 'name') return sourcesOf(flow, arg);
        const key =
          pattern.kind === 'object'
            ? pattern.entries.find(({ pattern: to }) => to.kind === 'name' && to.name === value.name)?.key
            : undefined;
        const entry = key === undefined ? undefined : entryOf(flow, arg, [key]);
        return entry === undefined ? [] : sourcesOf(flow, entry);
      }
      const local = localOf(func, value.name);
      return local === undefined || local.kind === 'name' ? [] : each(local);
    }
    case 'member': {
      const { object, property } = value;
      if (object.kind !== 'name' || typeof property !== 'string') return [];
      // A tag's result has its text and its values as members.
      return each(object).flatMap((held) => {
        const entry = entryOf(flow, held, [property]);
        return entry !== undefined ? sourcesOf(flow, entry) : lastStep(flow.chain(held))?.kind === 'tag' ? [held] : [];
      });
    }
    case 'conditional':
      return each(value.then, value.otherwise);
    case 'binary':
      return each(value.left, value.right);
    default:
      return [];
  }
};

const isText = (flow: Flow, ref: Ref): boolean =>
  flow.shapes(ref).every((shape) => shape.kind !== 'object' && shape.kind !== 'list');

/** Nothing but a parameter of the functions around it, which hand it on. */
export const isOfCaller = (flow: Flow, ref: Ref): boolean => {
  const { functions } = ref.file;
  for (let func: Func | undefined = flow.functionOf(ref).function; func; func = functions[func.parent ?? -1])
    if (mentions(ref.value, parametersOf(func), func)) return true;
  return false;
};
