/** Parameters: bound where a call is followed, else known by type, by default or by the call that the function is handed to. */
import type { ObjectValue, TypeRef, Value } from '../hosts/host';
import type { Binding, Declared } from './bindings';
import { addStep, addVia, applyPath, chainsOf, leads, unknownChain } from './chains';
import type { Chain, Frame, FuncRef, Ref, Step } from './flow';
import { heldType, iterated, tells } from './holders';
import { frameOf, funcRef, indexOf, type Linker, refIn } from './linker';
import { typedChains } from './types';

type Param = Declared & { readonly kind: 'param' };

export const parameterChains = (linker: Linker, binding: Binding, declared: Param, ref: Ref): readonly Chain[] => {
  const { file } = binding;
  const { parameter, path, index } = declared;
  const frame = frameOf(ref, file, declared.function);
  const otherwise = (): readonly Chain[] =>
    parameter.default === undefined
      ? []
      : applyPath(linker, chainsOf(linker, refIn(file, parameter.default, ref.frame)), path, ref);
  const typed = (): readonly Chain[] =>
    parameter.type === undefined
      ? []
      : applyPath(linker, typedChains(linker, { type: parameter.type, file }, ref), path, ref);
  if (frame !== undefined) {
    const arg = parameter.rest ? undefined : frame.args[index];
    const given = arg === undefined ? otherwise() : applyPath(linker, chainsOf(linker, arg), path, arg);
    if (leads(given)) return given;
    const known = typed();
    if (tells(known)) return known;
    return given.length > 0 ? given : [unknownParameter(binding, declared, ref)];
  }
  const known = typed();
  if (leads(known) && !isOnlyMethods(parameter.type)) return known;
  const handed = applyPath(linker, callbackChains(linker, declared, ref), path, ref);
  // Methods that are written out say what is asked of it, and not whose it is.
  if (handed.some(({ root }) => root.kind === 'package') || (leads(handed) && !leads(known))) return handed;
  if (leads(known)) return known;
  const fallback = otherwise();
  if (leads(fallback)) return fallback;
  if (tells(known)) return path.length > 0 ? known : [unknownParameter(binding, declared, ref)];
  return [...(handed.length > 0 ? handed : known.length > 0 ? known : [unknownParameter(binding, declared, ref)])];
};

/** `(client: { query: (text: string) => void }) => …`. */
const isOnlyMethods = (type: TypeRef | undefined): boolean =>
  type?.name === '{}' && type.members !== undefined && type.members.every((member) => member.type.name === '=>');

const unknownParameter = (binding: Binding, { parameter, path }: Param, ref: Ref): Chain => ({
  ...unknownChain(ref, `parameter ${binding.name}`),
  root: {
    kind: 'unknown',
    why: `parameter ${binding.name}`,
    id: `${binding.name}@${binding.file.path}:${binding.span.start}`,
    // A list says what its items are.
    ...(parameter.type === undefined || heldType(parameter.type, binding.file) === undefined || path.length > 0
      ? {}
      : { type: { type: parameter.type, file: binding.file } }),
  },
});

/** `tx` of `db.transaction(async (tx) => …)`. */
const callbackChains = (linker: Linker, declared: Param, ref: Ref): readonly Chain[] => {
  const { file } = ref;
  const index = indexOf(linker, file);
  const own = index.functionValues.get(declared.function);
  const holder = own === undefined ? undefined : index.place(own)?.parent;
  const func = funcRef(file, declared.function);
  // One of several: `inTransaction(db, { run(db) { … } })`.
  const key = holder?.kind === 'object' && 'entries' in holder ? keyOfEntry(holder, own) : undefined;
  const value = key === undefined ? own : (holder as ObjectValue);
  const parent = value === undefined ? undefined : index.place(value)?.parent;
  if (value === undefined || func === undefined || parent?.kind !== 'call') return [];
  const argument = parent.args.indexOf(value);
  if (argument < 0) return [];
  const call = refIn(file, parent, ref.frame);
  const held = key === undefined ? iterated(linker, parent, argument, declared.index, call) : [];
  if (leads(held)) return held;
  return chainsOf(linker, call, { follow: false, mutate: false }).flatMap((chain): readonly Chain[] => {
    const last = chain.steps[chain.steps.length - 1];
    if (chain.root.kind === 'function' && chain.steps.length === 1 && last?.kind === 'call') {
      const called = handedOn(linker, chain.root, last, { argument, key }, declared.index, ref);
      return leads(called)
        ? called
        : [...called, ...wanted(linker, chain.root.function, { argument, key }, declared.index, ref)];
    }
    if (key !== undefined) return [];
    const { span } = func.function;
    const step: Step = {
      kind: 'callback',
      argument,
      parameter: declared.index,
      function: func,
      nameSpan: span,
      span,
      file,
      when: [],
    };
    return [addStep(chain, step, ref)];
  });
};

/** Which function a call is handed: an argument, or a member of one. */
interface Handed {
  readonly argument: number;
  readonly key: string | undefined;
}

const keyOfEntry = ({ entries }: ObjectValue, value: Value | undefined): string | undefined => {
  const entry = entries.find((one) => one.kind === 'property' && one.value === value);
  return entry?.kind === 'property' && typeof entry.key === 'string' ? entry.key : undefined;
};

/** `withDb<T>(run: (db: Db) => T)`: what its type says that a function is called with. */
const wanted = (
  linker: Linker,
  { file, function: func }: FuncRef,
  { argument, key }: Handed,
  parameter: number,
  ref: Ref,
): readonly Chain[] => {
  const type = func.params[argument]?.type;
  if (type === undefined) return [];
  return typedChains(linker, { type, file }, ref).flatMap(({ root }) => {
    const said = root.kind === 'unknown' ? root.type : undefined;
    const called = key === undefined ? said?.type : said?.type.members?.find(({ name }) => name === key)?.type;
    const taken = called?.name === '=>' ? called.args[parameter + 1] : undefined;
    return said && taken ? typedChains(linker, { type: taken, file: said.file }, ref) : [];
  });
};

/** `withDb(id, db => …)`: what the project's own function calls its parameter with. */
const handedOn = (
  linker: Linker,
  root: Chain['root'] & { readonly kind: 'function' },
  step: Step & { readonly kind: 'call' },
  { argument, key }: Handed,
  parameter: number,
  ref: Ref,
): readonly Chain[] => {
  const { file, function: func } = root.function;
  const index = indexOf(linker, file);
  const frame: Frame = {
    file,
    function: func.id,
    args: step.args,
    ...(root.this === undefined ? {} : { this: root.this }),
    ...(root.frame === undefined ? {} : { outer: root.frame }),
    depth: (ref.frame?.depth ?? 0) + 1,
  };
  if (frame.depth > 4) return [];
  const name = func.params[argument]?.pattern;
  const binding = name?.kind === 'name' ? index.functionScopes.get(func.id)?.names.get(name.name) : undefined;
  const via = { name: step.name, args: step.args, span: step.nameSpan, file: step.file };
  const found = (binding?.mentions ?? []).flatMap(({ value }): readonly Chain[] => {
    const asked = index.place(value)?.parent;
    const member = asked?.kind === 'member' && asked.object === value && asked.property === key ? asked : undefined;
    const up = member === undefined ? asked : index.place(member)?.parent;
    if (up?.kind === 'call' && up.callee === (key === undefined ? value : member)) {
      const arg: Value | undefined = up.args[parameter];
      return arg === undefined ? [] : chainsOf(linker, refIn(file, arg, frame));
    }
    // Handed on as it is: `db.transaction(fn)`.
    if (up?.kind === 'call') {
      const handed: FuncRef | undefined = funcRef(file, func.id);
      const at = up.args.indexOf(value);
      if (handed === undefined || at < 0 || key !== undefined) return [];
      return chainsOf(linker, refIn(file, up, frame), { follow: false, mutate: false }).flatMap((chain) => {
        const last = chain.steps[chain.steps.length - 1];
        if (chain.root.kind === 'function' && chain.steps.length === 1 && last?.kind === 'call')
          return handedOn(linker, chain.root, last, { argument: at, key }, parameter, { ...ref, frame });
        const { span } = up;
        return [
          addStep(
            chain,
            { kind: 'callback', argument: at, parameter, function: handed, nameSpan: span, span, file, when: [] },
            ref,
          ),
        ];
      });
    }
    return [];
  });
  return found.map((chain) => addVia(chain, via));
};
