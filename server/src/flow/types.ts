/** Where a value comes from as far as its type says. */
import type { HostFile, TypeRef } from '../hosts/host';
import { returned } from './calls';
import { addStep, chainsOf, leads, makeChain, memberOf, unknownChain } from './chains';
import type { Chain, Ref, Typed } from './flow';
import { heldType, tells } from './holders';
import { type Linker, refIn, within } from './linker';
import { bindingValue } from './names';
import type { Target } from './project';

/** Types that say the same about their first argument. */
const transparent = new Set([
  'Promise',
  'PromiseLike',
  'Awaited',
  'Readonly',
  'Partial',
  'Required',
  'NonNullable',
  'Omit',
  'Pick',
  'DeepPartial',
  'Optional',
  'Maybe',
  'Nullable',
  'Ref',
  'ReadonlyDeep',
]);

export const typedChains = (linker: Linker, typed: Typed, ref: Ref): readonly Chain[] =>
  within(
    linker,
    () => read(linker, typed, ref),
    () => [],
  );

const read = (linker: Linker, { type, file: asked }: Typed, ref: Ref): readonly Chain[] => {
  const file = homeOf(linker, type, asked);
  const first = type.args[0];
  const inner = (t: TypeRef | undefined): readonly Chain[] =>
    t === undefined ? [] : typedChains(linker, { type: t, file }, ref);
  if (type.name === '|' || type.name === '&') {
    const all = type.args.map(inner).filter((chains) => chains.length > 0);
    return type.name === '|' ? all.flat() : intersected(linker, all, ref);
  }
  if (type.name === 'typeof') return first === undefined ? [] : valueNamed(linker, first.name, file, ref);
  if (type.name === '{}' || type.name === '=>') return [typedUnknown(ref, { type, file })];
  // What it holds is asked for where something is taken out: most lists are of no interest.
  if (heldType(type, file) !== undefined) return [typedUnknown(ref, { type, file })];
  if (type.name === '[]' && first !== undefined) {
    const key = /^['"](.*)['"]$/.exec(type.args[1]?.name ?? '')?.[1];
    const { span } = type;
    const at = { propertySpan: span, span };
    return key === undefined ? [] : inner(first).flatMap((chain) => memberOf(linker, chain, key, at, undefined, ref));
  }
  if (type.name === 'InstanceType' && first?.name === 'typeof')
    return inner({ ...first, name: first.args[0]?.name ?? '', args: [] });
  if (type.name === 'ReturnType' && first?.name === 'typeof') {
    return inner(first).flatMap((chain): readonly Chain[] => {
      const { root, steps } = chain;
      if (root.kind === 'function' && steps.length === 0) {
        const frame = { file: root.function.file, function: root.function.function.id, args: [], depth: 3 };
        return returned(linker, root.function, frame, ref);
      }
      const { span } = type;
      return [addStep(chain, { kind: 'instance', types: [], nameSpan: span, span, file, when: [] }, ref)];
    });
  }
  if (transparent.has(type.name)) return inner(first);
  return named(linker, type, file, ref);
};

/** `{ db: Database } & typeof users.$inferInsert`: what all objects have together, and a package's object beside it. */
const intersected = (linker: Linker, all: readonly (readonly Chain[])[], ref: Ref): readonly Chain[] => {
  const other = all.find((chains) => chains.some(({ root }) => root.kind === 'package')) ?? all.find(leads) ?? [];
  const objects = all.flat().flatMap(({ root, steps }) => {
    const type = root.kind === 'unknown' && steps.length === 0 ? root.type : undefined;
    return type?.type.members === undefined ? [] : [{ ...type, members: type.type.members }];
  });
  const [first] = objects;
  if (first === undefined) return other;
  for (const { members, file } of objects)
    for (const { type } of members) if (!linker.homes.has(type)) linker.homes.set(type, file);
  const members = objects.flatMap((one) => one.members);
  const whole = typedUnknown(ref, { type: { ...first.type, members }, file: first.file });
  return [whole, ...other.filter(({ root }) => root.kind !== 'unknown')];
};

const typedUnknown = (ref: Ref, type: Typed): Chain => {
  const chain = unknownChain(ref, `of type ${type.type.name}`);
  return chain.root.kind === 'unknown' ? { ...chain, root: { ...chain.root, type } } : chain;
};

const named = (linker: Linker, type: TypeRef, file: HostFile, ref: Ref): readonly Chain[] => {
  const imported = /^import\("(.*)"\)\.?(.*)$/.exec(type.name);
  if (imported !== null) {
    const [, module = '', path = ''] = imported;
    const [head = '*', ...rest] = path === '' ? ['default'] : path.split('.');
    return ofTarget(linker, linker.project.resolve(file, module, head), rest, type, file, ref);
  }
  const [head = '', ...rest] = type.name.split('.');
  return ofTarget(linker, local(file, head), rest, type, file, ref);
};

const local = (file: HostFile, name: string): Target => ({ kind: 'local', file, name });

const mostHops = 16;

const ofTarget = (
  linker: Linker,
  target: Target,
  rest: readonly string[],
  type: TypeRef,
  file: HostFile,
  ref: Ref,
  hops = 0,
): readonly Chain[] => {
  const { span } = type;
  if (target.kind === 'package') {
    const name = [...(target.name === '*' && rest.length > 0 ? [] : [target.name]), ...rest].join('.');
    const chain = makeChain({ kind: 'package', module: target.module, name }, ref);
    return [
      addStep(
        chain,
        { kind: 'instance', types: typesOf(linker, type.args, file), nameSpan: span, span, file, when: [] },
        ref,
      ),
    ];
  }
  if (target.kind === 'namespace') {
    const [head, ...further] = rest;
    return head === undefined
      ? []
      : ofTarget(linker, linker.project.exportOf(target.file, head), further, type, file, ref, hops);
  }
  if (target.kind === 'value') {
    return instanceOf(linker, chainsOf(linker, refIn(target.file, target.value)), type, file, ref);
  }
  const declaration = target.file.types.find((t) => t.name === target.name);
  if (declaration !== undefined && rest.length === 0) {
    const alias = bind(linker, file, declaration.type, declaration.params, type.args);
    const chains = alias.name === '{}' ? [] : typedChains(linker, { type: alias, file: target.file }, ref);
    if (chains.length > 0) return chains;
    for (const parent of declaration.extends) {
      const above = typedChains(
        linker,
        { type: bind(linker, file, parent, declaration.params, type.args), file: target.file },
        ref,
      );
      if (above.some((c) => c.root.kind === 'package')) return above;
    }
    const members = [...(alias.members ?? []), ...inheritedMembers(target.file, declaration.extends)];
    return [typedUnknown(ref, { type: { ...alias, name: '{}', members }, file: target.file })];
  }
  const binding = linker.project.topLevel(target.file, target.name);
  if (binding === undefined) return [];
  if (binding.declared.kind === 'import') {
    // Files that import a name from each other, or from themselves, lead in circles.
    if (hops === mostHops) return [];
    const next = linker.project.resolveImport(target.file, binding.declared.import);
    return ofTarget(linker, next, rest, type, file, ref, hops + 1);
  }
  const at = refIn(target.file, { kind: 'name', name: target.name, span: binding.span });
  if (binding.declared.kind === 'class') {
    const owner = target.file.classes[binding.declared.class];
    if (owner === undefined) return [];
    const chain = makeChain({ kind: 'class', class: { file: target.file, class: owner } }, ref);
    return instanceOf(linker, [chain], type, file, ref);
  }
  return binding.declared.kind === 'value' && binding.declared.value !== undefined
    ? instanceOf(linker, chainsOf(linker, refIn(at.file, binding.declared.value)), type, file, ref)
    : [];
};

/** Members of interfaces of the same file that an interface extends. */
const inheritedMembers = (file: HostFile, parents: readonly TypeRef[]): NonNullable<TypeRef['members']> =>
  parents.flatMap((parent) => file.types.find((t) => t.name === parent.name)?.type.members ?? []);

const instanceOf = (
  linker: Linker,
  chains: readonly Chain[],
  type: TypeRef,
  file: HostFile,
  ref: Ref,
): readonly Chain[] => {
  const { span } = type;
  return chains
    .filter((chain) => chain.root.kind === 'class' || chain.root.kind === 'package')
    .map((chain) =>
      addStep(
        chain,
        { kind: 'instance', types: typesOf(linker, type.args, file), nameSpan: span, span, file, when: [] },
        ref,
      ),
    );
};

const homeOf = (linker: Linker, type: TypeRef, file: HostFile): HostFile => linker.homes.get(type) ?? file;

const typesOf = (linker: Linker, types: readonly TypeRef[], file: HostFile): readonly Typed[] =>
  types.map((type) => ({ type, file: homeOf(linker, type, file) }));

/** Puts type arguments, which stand in `file`, in the place of type parameters. */
export const bind = (
  linker: Linker,
  file: HostFile,
  type: TypeRef,
  params: readonly string[],
  args: readonly TypeRef[],
): TypeRef => {
  if (params.length === 0) return type;
  const index = params.indexOf(type.name);
  const arg = index < 0 ? undefined : args[index];
  if (arg !== undefined) {
    if (!linker.homes.has(arg)) linker.homes.set(arg, file);
    return arg;
  }
  const inner = (t: TypeRef): TypeRef => bind(linker, file, t, params, args);
  const members = type.members?.map((m) => ({ ...m, type: inner(m.type) }));
  return { ...type, args: type.args.map(inner), ...(members === undefined ? {} : { members }) };
};

/** A member of an interface or object type. */
export const typedMember = (linker: Linker, typed: Typed, name: string, ref: Ref): readonly Chain[] | undefined => {
  const held = /^(?:Record|Dictionary)$/.test(typed.type.name) ? heldType(typed.type, typed.file) : undefined;
  if (held !== undefined) return typedChains(linker, { type: held, file: typed.file }, ref);
  const member = typed.type.members?.find((m) => m.name === name);
  // A method stays one of the interface: what implements it may be known.
  if (member === undefined || member.type.name === '=>') return undefined;
  const chains = typedChains(linker, { type: member.type, file: typed.file }, ref);
  return tells(chains) ? chains : undefined;
};

const valueNamed = (linker: Linker, path: string, file: HostFile, ref: Ref): readonly Chain[] => {
  const [head = '', ...rest] = path.split('.');
  const binding = linker.project.topLevel(file, head);
  if (binding === undefined) return [];
  const { span } = ref.value;
  let chains = bindingValue(linker, binding);
  for (const name of rest)
    chains = chains.flatMap((c) => memberOf(linker, c, name, { propertySpan: span, span }, undefined, ref));
  return chains;
};
