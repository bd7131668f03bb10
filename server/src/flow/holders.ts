/** Lists, maps and records by their types, and what lodash and its kin make of them: what is taken out is one of what they hold. */
import type { CallValue, HostFile, TypeRef } from '../hosts/host';
import { addStep, chainsOf, leads, unknownChain } from './chains';
import type { Chain, Ref, Step, Typed } from './flow';
import { bare, bindingOf, type Linker, part, refIn, spineTop } from './linker';
import { shapesOf } from './shapes';
import { typedChains } from './types';

/** Which argument of a holder's type says what it holds. */
const heldArgument: Readonly<Record<string, number>> = {
  Array: 0,
  ReadonlyArray: 0,
  Set: 0,
  ReadonlySet: 0,
  Iterable: 0,
  AsyncIterable: 0,
  IterableIterator: 0,
  Generator: 0,
  AsyncGenerator: 0,
  Dictionary: 0,
  Map: 1,
  ReadonlyMap: 1,
  Record: 1,
};

/** What a list, map or record of that type holds; undefined where it is none, or a type of the project's own. */
export const heldType = ({ name, args }: TypeRef, file: HostFile): TypeRef | undefined => {
  const at = Object.hasOwn(heldArgument, name) ? heldArgument[name] : undefined;
  const isOwn = (): boolean => file.types.some((t) => t.name === name) || file.classes.some((c) => c.name === name);
  return at === undefined || isOwn() ? undefined : args[at];
};

/** Leads somewhere, or is a list or map by its type. */
export const tells = (chains: readonly Chain[]): boolean => leads(chains) || chains.some(isHolder);

const isHolder = ({ root, steps }: Chain): boolean =>
  root.kind === 'unknown' &&
  steps.length === 0 &&
  root.type !== undefined &&
  heldType(root.type.type, root.type.file) !== undefined;

/** What a chain that is a holder and nothing more holds; undefined where it is none. */
export const heldBy = (
  linker: Linker,
  chain: Chain,
  object: Ref | undefined,
  ref: Ref,
): readonly Chain[] | undefined => {
  const { root, steps } = chain;
  if (root.kind === 'value' && steps.length === 0)
    return object === undefined ? undefined : declaredAs(linker, object, ref);
  if (root.kind === 'unknown' && steps.length === 0) {
    const held = root.type === undefined ? undefined : heldType(root.type.type, root.type.file);
    return held === undefined ? undefined : ofType(linker, { type: held, file: root.type?.file ?? ref.file }, ref);
  }
  const [made, more] = steps;
  if (root.kind !== 'global' || made?.kind !== 'new' || more !== undefined) return undefined;
  return root.name === 'Map' || root.name === 'Set' ? putIn(linker, root.name, made, object, ref) : undefined;
};

const ofType = (linker: Linker, typed: Typed, ref: Ref): readonly Chain[] | undefined => {
  const chains = typedChains(linker, typed, ref);
  return leads(chains) ? chains : undefined;
};

/** `const rows: Row[] = []`, where nothing says what is put in. */
const declaredAs = (linker: Linker, object: Ref, ref: Ref): readonly Chain[] | undefined => {
  const binding = bindingOf(linker, { ...object, value: bare(object.value) });
  const type = binding?.declared.kind === 'value' ? binding.declared.type : undefined;
  const held = type === undefined || binding === undefined ? undefined : heldType(type, binding.file);
  return held === undefined || binding === undefined
    ? undefined
    : ofType(linker, { type: held, file: binding.file }, ref);
};

/** One of what a list holds. */
export const itemOf = (linker: Linker, chain: Chain, over: Ref): readonly Chain[] => {
  const { span } = over.value;
  const item: Step = { kind: 'item', nameSpan: span, span, file: over.file, when: [] };
  return heldBy(linker, chain, over, over) ?? [addStep(chain, item, over)];
};

/** `new Map(rows.map((row) => [row.id, row]))`, `new Map<string, Row>()`, and what `set` and `add` are handed. */
const putIn = (
  linker: Linker,
  kind: 'Map' | 'Set',
  made: Step & { readonly kind: 'new' },
  object: Ref | undefined,
  ref: Ref,
): readonly Chain[] | undefined => {
  const [first] = made.args;
  const begun = first === undefined ? [] : kind === 'Set' ? itemsOf(linker, first) : pairsOf(linker, first);
  const added =
    object === undefined ? [] : handedTo(linker, object, kind === 'Map' ? 'set' : 'add', kind === 'Map' ? 1 : 0);
  const chains = [...begun, ...added].flatMap((value) => chainsOf(linker, value));
  if (leads(chains)) return chains;
  const type = made.call.types[kind === 'Map' ? 1 : 0];
  return type === undefined ? undefined : ofType(linker, { type, file: made.file }, ref);
};

const itemsOf = (linker: Linker, list: Ref): readonly Ref[] =>
  shapesOf(linker, list).flatMap((shape) => (shape.kind === 'list' ? shape.items.map((item) => item.value) : []));

const pairsOf = (linker: Linker, list: Ref): readonly Ref[] =>
  itemsOf(linker, list).flatMap((pair) => itemsOf(linker, pair).slice(1, 2));

/** An argument of each call of one method on a name. */
const handedTo = (linker: Linker, object: Ref, method: string, argument: number): readonly Ref[] => {
  const binding = bindingOf(linker, { ...object, value: bare(object.value) });
  return (binding?.mentions ?? []).flatMap(({ value }) => {
    const file = binding?.file ?? object.file;
    const top = spineTop(linker, refIn(file, value));
    const given = top.kind === 'call' && methodOf(top) === method ? top.args[argument] : undefined;
    return given === undefined ? [] : [refIn(file, given, object.frame)];
  });
};

const methodOf = (call: CallValue): string | undefined =>
  call.callee.kind === 'member' && typeof call.callee.property === 'string' ? call.callee.property : undefined;

const takes = new Set(['get', 'at', 'find', 'findLast', 'pop', 'shift']);
const keeps = new Set([
  'values',
  'entries',
  'filter',
  'slice',
  'splice',
  'reverse',
  'sort',
  'toSorted',
  'toReversed',
  'concat',
]);

/** What a holder's own method gives: one of what it holds, or the same again. */
export const methodOfHolder = (
  linker: Linker,
  chain: Chain,
  object: Ref,
  name: string,
  ref: Ref,
): readonly Chain[] | undefined => {
  if (name === 'getStore') return storedIn(linker, chain, ref);
  const held = takes.has(name) || keeps.has(name) ? heldBy(linker, chain, object, ref) : undefined;
  return held === undefined || takes.has(name) ? held : [chain];
};

/** `new AsyncLocalStorage<Store>().getStore()`: what the program put there, and nothing of Node's. */
const storedIn = (linker: Linker, { root, steps }: Chain, ref: Ref): readonly Chain[] | undefined => {
  const [made, more] = steps;
  if (root.kind !== 'package' || !/^(?:node:)?async_hooks$/.test(root.module) || more !== undefined) return undefined;
  const type: Typed | undefined =
    made?.kind === 'instance'
      ? made.types[0]
      : made?.kind === 'new' && made.call.types[0] !== undefined
        ? { type: made.call.types[0], file: made.file }
        : undefined;
  const stored = type === undefined ? [] : typedChains(linker, type, ref);
  return stored.length > 0 ? stored : [unknownChain(ref, 'what was stored')];
};

const iterates = /^(?:map|flatMap|forEach|filter|find|findLast|findIndex|some|every|sort|toSorted|flatMap)$/;

/** What the function that a call is handed gets: `rows.map((row) => …)` of a list that a type tells, `_.map(rows, (row) => …)`. */
export const iterated = (
  linker: Linker,
  call: CallValue,
  argument: number,
  parameter: number,
  ref: Ref,
): readonly Chain[] => {
  const { callee, args } = call;
  const name = methodOf(call);
  if (callee.kind === 'member' && name !== undefined && argument === 0) {
    if (!iterates.test(name) || (parameter > 0 && !/ort/.test(name))) return [];
    const object = part(ref, callee.object);
    return chainsOf(linker, object).flatMap((chain) => heldBy(linker, chain, object, ref) ?? []);
  }
  const [first] = args;
  if (argument !== 1 || parameter !== 0 || first === undefined) return [];
  const isLibrary = chainsOf(linker, part(ref, callee)).some((chain) => functionOf(chain) !== undefined);
  const list = part(ref, first);
  return isLibrary ? rowsOf(linker, list).flatMap((chain) => itemOf(linker, chain, list)) : [];
};

// ── lodash and its kin ──────────────────────────────────────────────────────────────────────────────────────────

const libraries = /^(?:lodash|lodash-es|es-toolkit|underscore|radash|remeda)(?:[./]|$)/;
const keepsRows =
  /^(?:keyBy|groupBy|sortBy|orderBy|uniqBy|uniq|uniqWith|compact|filter|reject|shuffle|reverse|take|takeRight|takeWhile|drop|dropRight|dropWhile|slice|chunk|flatten|flattenDeep|concat|difference|differenceBy|intersection|intersectionBy|values|entries|from|toArray|partition|objectify|group|sort|unique|tail|initial|pickBy|omitBy)$/i;
const takesRow = /^(?:find|findLast|head|first|last|nth|sample|minBy|maxBy)$/;

/** `keyBy(rows, 'id')`, `Object.values(byId)`: what it was handed; `find(rows, …)`: one of those. Undefined where it is no such function. */
export const keptBy = (linker: Linker, chain: Chain, args: readonly Ref[]): readonly Chain[] | undefined => {
  const name = functionOf(chain);
  const [first] = args;
  if (name === undefined || first === undefined || args.length > 2) return undefined;
  const one = takesRow.test(name);
  const found = one || keepsRows.test(name) ? rowsOf(linker, first) : [];
  if (found.length === 0) return undefined;
  return one ? found.flatMap((row) => itemOf(linker, row, first)) : found;
};

/** Rows of a package or class, or a list that a type tells: what is written out is read as a shape. */
const rowsOf = (linker: Linker, list: Ref): readonly Chain[] =>
  chainsOf(linker, list).filter(
    (chain) =>
      isHolder(chain) || ((chain.root.kind === 'package' || chain.root.kind === 'class') && chain.steps.length > 0),
  );

const functionOf = ({ root, steps }: Chain): string | undefined => {
  const [step, more] = steps;
  const member = step?.kind === 'member' && more === undefined ? step.name : undefined;
  if (root.kind === 'global')
    return (root.name === 'Object' && (member === 'values' || member === 'entries')) ||
      (root.name === 'Array' && member === 'from')
      ? member
      : undefined;
  if (root.kind !== 'package' || !libraries.test(root.module)) return undefined;
  if (step !== undefined) return member;
  return root.name === 'default' ? root.module.split(/[./]/).at(-1) : root.name;
};
