/** Members of classes of the project: declared, injected by the constructor, assigned in it, inherited. */
import type { Class, Func, HostFile, Member, TypeRef, Value } from '../hosts/host';
import { enclosing } from './bindings';
import { functionChain, returned } from './calls';
import { addStep, chainsOf, framed, leads, makeChain, memberOf, unknownChain } from './chains';
import type { Chain, ClassRef, FoundMember, Frame, Ref, Step, Typed } from './flow';
import { tells } from './holders';
import { frameOf, indexOf, type Linker, part, refIn } from './linker';
import { bind, typedChains } from './types';

/** The classes of the project that it extends, nearest first; then the chain of a package's class where it ends in one. */
export const heritageOf = (linker: Linker, of: ClassRef): readonly (ClassRef | Chain)[] => {
  const found: (ClassRef | Chain)[] = [];
  const seen = new Set<Class>();
  for (let at: ClassRef | undefined = of; at !== undefined && !seen.has(at.class); ) {
    seen.add(at.class);
    const parent = parentClass(linker, at);
    if (parent === undefined) break;
    found.push(parent);
    at = 'class' in parent ? parent : undefined;
  }
  return found;
};

const parentClass = (linker: Linker, { file, class: owner, frame }: ClassRef): ClassRef | Chain | undefined => {
  if (owner.extends === undefined) return undefined;
  const chains = chainsOf(linker, refIn(file, owner.extends, frame));
  const chain =
    chains.find((c) => c.root.kind === 'class' && c.steps.length === 0) ??
    chains.find((c) => c.root.kind === 'package') ??
    chains[0];
  return chain?.root.kind === 'class' && chain.steps.length === 0
    ? { ...chain.root.class, ...framed(chain.root.frame) }
    : chain;
};

const lineage = (linker: Linker, of: ClassRef): readonly ClassRef[] => [
  of,
  ...heritageOf(linker, of).flatMap((parent) => ('class' in parent ? [parent] : [])),
];

/** The lineage with the type arguments that each class has, and those of what the last one extends. */
const typedLineage = (
  linker: Linker,
  of: ClassRef,
  types: readonly Typed[],
): {
  readonly classes: readonly (ClassRef & { readonly args: readonly TypeRef[] })[];
  readonly above: readonly Typed[];
} => {
  const classes: (ClassRef & { readonly args: readonly TypeRef[] })[] = [];
  let args: readonly Typed[] = types;
  for (const { file, class: owner, frame } of lineage(linker, of)) {
    for (const { type, file: home } of args) if (home !== file) linker.homes.set(type, home);
    const own = args.map(({ type }) => type);
    classes.push({ file, class: owner, ...framed(frame), args: own });
    args = owner.extendsTypes.map((type) => {
      const bound = bind(linker, file, type, owner.params, own);
      return { type: bound, file: linker.homes.get(bound) ?? file };
    });
  }
  return { classes, above: args };
};

export const findMember = (linker: Linker, of: ClassRef, name: string, isStatic: boolean): FoundMember | undefined => {
  for (const owner of lineage(linker, of)) {
    const named = owner.class.members.filter(
      (m) => m.name === name && m.static === isStatic && m.kind !== 'constructor',
    );
    const member = named.find((m) => m.kind !== 'setter') ?? named[0];
    if (member !== undefined) return { member, owner };
  }
  return undefined;
};

const memberChainsOf = (
  linker: Linker,
  { member, owner }: FoundMember,
  ref: Ref,
  self: Chain,
  frame: Frame | undefined,
): readonly Chain[] | undefined => {
  const { file } = owner;
  const func = member.function === undefined ? undefined : file.functions[member.function];
  if (member.kind === 'method' && func !== undefined) return [functionChain(file, func, ref, self, owner.frame)];
  if (member.kind === 'getter' && func !== undefined) {
    const depth = (ref.frame?.depth ?? 0) + 1;
    const outer = owner.frame === undefined ? {} : { outer: owner.frame };
    const inside: Frame = { file, function: func.id, args: [], this: self, ...outer, depth };
    return inside.depth > 4 ? [unknownChain(ref, 'too deep')] : returned(linker, { file, function: func }, inside, ref);
  }
  const chains =
    member.value === undefined
      ? []
      : chainsOf(linker, refIn(file, member.value, withThis(file, self, frame ?? owner.frame)));
  if (leads(chains)) return chains;
  const typed = withDecorators(
    member.type === undefined ? [] : typedChains(linker, { type: member.type, file }, ref),
    member.decorators.map((value) => refIn(file, value)),
  );
  return tells(typed) ? typed : chains.length > 0 ? chains : undefined;
};

/** What is known by its type, with what its decorators say of it. */
const withDecorators = (chains: readonly Chain[], decorators: readonly Ref[]): readonly Chain[] =>
  decorators.length === 0
    ? chains
    : chains.map((chain) => ({
        ...chain,
        steps: chain.steps.map((step, i) => (i === 0 && step.kind === 'instance' ? { ...step, decorators } : step)),
      }));

/** A frame that says nothing but what `this` is. */
const withThis = (file: HostFile, self: Chain, outer: Frame | undefined): Frame => ({
  file,
  function: -1,
  args: [],
  this: self,
  ...(outer === undefined ? {} : { outer }),
  depth: outer?.depth ?? 0,
});

export const staticMember = (linker: Linker, of: ClassRef, name: string, ref: Ref): readonly Chain[] | undefined => {
  const found = findMember(linker, of, name, true);
  if (found === undefined) return undefined;
  const self = makeChain({ kind: 'class', class: of }, ref);
  return memberChainsOf(linker, found, ref, self, undefined);
};

/** `chain`: the instance; its `new` step has the constructor's arguments. */
export const instanceMember = (
  linker: Linker,
  chain: Chain,
  of: ClassRef,
  name: string,
  step: Step,
  ref: Ref,
): readonly Chain[] | undefined => {
  const last = chain.steps[chain.steps.length - 1];
  let args: readonly Ref[] | undefined = last?.kind === 'new' ? last.args : undefined;
  const typeArgs =
    last?.kind === 'instance'
      ? last.types
      : last?.kind === 'new'
        ? last.call.types.map((type) => ({ type, file: last.file }))
        : [];
  const { classes, above } = typedLineage(linker, of, typeArgs);
  for (const owner of classes) {
    const maker = owner.class.members.find((m) => m.kind === 'constructor');
    const func = maker?.function === undefined ? undefined : owner.file.functions[maker.function];
    const frame: Frame | undefined =
      func === undefined || args === undefined
        ? undefined
        : { file: owner.file, function: func.id, args, this: chain, depth: (ref.frame?.depth ?? 0) + 1 };
    const named = owner.class.members.find(
      (m) => m.name === name && !m.static && m.kind !== 'constructor' && m.kind !== 'setter',
    );
    const declared =
      named === undefined
        ? undefined
        : memberChainsOf(linker, { member: withType(linker, named, owner), owner }, ref, chain, frame);
    const isNull = named?.value?.kind === 'literal' && named.value.value === null;
    const typedAlone = named?.function === undefined && (named?.value === undefined || isNull);
    if (declared !== undefined && leads(declared) && !typedAlone) return declared;
    const given =
      func === undefined
        ? undefined
        : fromConstructor(linker, owner, func, name, frame ?? withThis(owner.file, chain, owner.frame), ref);
    const later = given !== undefined && leads(given) ? [] : assignedLater(linker, owner, name, chain);
    // What is assigned says more than the type, where it says anything of a package, or is written out.
    const onlyShaped = declared?.every(({ root }) => root.kind === 'unknown') ?? false;
    const says = (chains: readonly Chain[] | undefined): boolean =>
      chains?.some(({ root }) => root.kind === 'package' || (root.kind === 'value' && onlyShaped)) ?? false;
    if (declared !== undefined && leads(declared))
      return says(given) && given !== undefined ? given : says(later) ? later : declared;
    if (leads(later)) return later;
    if (given !== undefined) return given;
    if (named !== undefined) return declared ?? injected(linker, owner, named, step, ref);
    // What the constructor above is called with: super(…), or the same arguments where there is no constructor.
    if (func !== undefined) args = superArguments(linker, owner, func, frame);
  }
  const [outside] = heritageOf(linker, of).filter((parent): parent is Chain => 'root' in parent);
  if (outside === undefined) return undefined;
  const { span } = step;
  const made = last?.kind === 'new' ? { args: last.args } : {};
  const instance: Step = {
    kind: 'instance',
    types: above,
    class: of,
    ...made,
    nameSpan: span,
    span,
    file: ref.file,
    when: [],
  };
  return memberOf(linker, addStep(outside, instance, ref), name, { propertySpan: step.nameSpan, span }, undefined, ref);
};

/** The member with the class's type arguments in its type. */
const withType = (
  linker: Linker,
  member: Member,
  { file, class: owner, args }: ClassRef & { readonly args: readonly TypeRef[] },
): Member =>
  member.type === undefined || args.length === 0
    ? member
    : { ...member, type: bind(linker, file, member.type, owner.params, args) };

/** Decorators say what a bare property is: `@InjectRepository(User) repo` has no type that helps, its decorator does. */
const injected = (
  linker: Linker,
  owner: ClassRef,
  member: Member,
  step: Step,
  ref: Ref,
): readonly Chain[] | undefined => {
  const [decorator] = member.decorators;
  if (decorator === undefined) return undefined;
  return chainsOf(linker, refIn(owner.file, decorator)).map((chain) =>
    addStep(
      chain,
      { kind: 'instance', types: [], nameSpan: step.nameSpan, span: step.span, file: ref.file, when: [] },
      ref,
    ),
  );
};

/** Parameter properties (`constructor(private readonly db: Db)`) and `this.db = db`. */
const fromConstructor = (
  linker: Linker,
  owner: ClassRef & { readonly args: readonly TypeRef[] },
  func: Func,
  name: string,
  frame: Frame,
  ref: Ref,
): readonly Chain[] | undefined => {
  const { file } = owner;
  for (const [index, parameter] of func.params.entries()) {
    const { pattern } = parameter;
    if (!parameter.member || pattern.kind !== 'name' || pattern.name !== name) continue;
    const arg = frame.args[index];
    const given = arg === undefined ? [] : chainsOf(linker, arg);
    if (leads(given)) return given;
    const typed =
      parameter.type === undefined
        ? []
        : typedChains(linker, { type: bind(linker, file, parameter.type, owner.class.params, owner.args), file }, ref);
    const decorators = parameter.decorators.map((value) => refIn(file, value));
    if (tells(typed)) return withDecorators(typed, decorators);
    const [decorator] = parameter.decorators;
    if (decorator !== undefined) {
      const { span } = pattern;
      return chainsOf(linker, refIn(file, decorator)).map((chain) =>
        addStep(chain, { kind: 'instance', types: [], nameSpan: span, span, file, when: [] }, ref),
      );
    }
    return given.length > 0 ? given : typed.length > 0 ? typed : [unknownChain(ref, 'injected')];
  }
  const values = assignedToThis(linker, file, func, name);
  return values.length === 0 ? undefined : values.flatMap((value) => chainsOf(linker, refIn(file, value, frame)));
};

/** `async connect() { this.db = … }`: what other methods assign. */
const assignedLater = (linker: Linker, owner: ClassRef, name: string, self: Chain): readonly Chain[] => {
  const { file } = owner;
  const values = assignedIn(linker, owner).get(name);
  if (values === undefined) return [];
  const frame = withThis(file, self, owner.frame);
  return values.flatMap((value) => chainsOf(linker, refIn(file, value, frame)));
};

const assignedKept = new WeakMap<Class, ReadonlyMap<string, readonly Value[]>>();

/** Values of `this.name = …` in the methods of a class. */
const assignedIn = (linker: Linker, { file, class: owner }: ClassRef): ReadonlyMap<string, readonly Value[]> => {
  const before = assignedKept.get(owner);
  if (before !== undefined) return before;
  const found = new Map<string, Value[]>();
  for (const { kind, function: id } of owner.members)
    for (const { name, value } of kind === 'method' && id !== undefined ? assignments(linker, file, id) : [])
      found.set(name, [...(found.get(name) ?? []), value]);
  assignedKept.set(owner, found);
  return found;
};

/** Values of `this.name = …` in the constructor. */
const assignedToThis = (linker: Linker, file: HostFile, func: Func, name: string): readonly Value[] =>
  assignments(linker, file, func.id).flatMap((one) => (one.name === name ? [one.value] : []));

const assignments = (
  linker: Linker,
  file: HostFile,
  func: number,
): readonly { readonly name: string; readonly value: Value }[] => {
  const index = indexOf(linker, file);
  return (index.thisIn.get(func) ?? []).flatMap(({ value }) => {
    const up = index.place(value)?.parent;
    if (up?.kind !== 'member' || typeof up.property !== 'string') return [];
    const assigned = index.place(up)?.parent;
    return assigned?.kind === 'assign' && assigned.target === up ? [{ name: up.property, value: assigned.value }] : [];
  });
};

const superArguments = (
  linker: Linker,
  owner: ClassRef,
  func: Func,
  frame: Frame | undefined,
): readonly Ref[] | undefined => {
  const index = indexOf(linker, owner.file);
  for (const { value } of index.thisIn.get(func.id) ?? []) {
    const up = index.place(value)?.parent;
    if (value.kind === 'super' && up?.kind === 'call' && up.callee === value) {
      return up.args.map((arg) => refIn(owner.file, arg, frame));
    }
  }
  return undefined;
};

export const thisChains = (linker: Linker, ref: Ref, kind: 'this' | 'super'): readonly Chain[] => {
  const { file } = ref;
  const place = indexOf(linker, file).place(ref.value);
  const funcs = enclosing(file, place?.function ?? 0);
  const owning = funcs.find((f) => f.ownThis && f.id !== 0);
  const frame = owning === undefined ? undefined : frameOf(ref, file, owning.id);
  const self = frame?.this ?? selfOf(ref);
  if (self !== undefined && kind === 'this') return [{ ...self, ref }];
  const method = funcs.find((f) => f.class !== undefined);
  // Property initialisers stand in no function: the class is found by place.
  const owner =
    method?.class !== undefined
      ? file.classes[method.class]
      : file.classes.filter((c) => c.span.start <= ref.value.span.start && ref.value.span.end <= c.span.end).at(-1);
  if (owner === undefined) return objectThis(linker, ref, owning);
  const of: ClassRef = { file, class: owner };
  const isStatic = owner.members.some((m) => m.function !== undefined && m.function === method?.id && m.static);
  const { span } = ref.value;
  const typed = kind === 'super' ? owner.extendsTypes.map((type) => ({ type, file })) : [];
  const instance = (chain: Chain, meant?: ClassRef): Chain =>
    isStatic
      ? chain
      : addStep(
          chain,
          {
            kind: 'instance',
            types: typed,
            ...(meant === undefined ? {} : { class: meant }),
            nameSpan: span,
            span,
            file,
            when: [],
          },
          ref,
        );
  if (kind === 'this') return [instance(makeChain({ kind: 'class', class: of }, ref))];
  const [parent] = heritageOf(linker, of);
  if (parent === undefined) return [unknownChain(ref, 'super')];
  return [instance('class' in parent ? makeChain({ kind: 'class', class: parent }, ref) : parent, of)];
};

const selfOf = (ref: Ref): Chain | undefined => {
  for (let frame = ref.frame; frame !== undefined; frame = frame.outer) if (frame.function === -1) return frame.this;
  return undefined;
};

/** A method of an object literal: the object. */
const objectThis = (linker: Linker, ref: Ref, owning: Func | undefined): readonly Chain[] => {
  const index = indexOf(linker, ref.file);
  const value = owning === undefined ? undefined : index.functionValues.get(owning.id);
  const parent = value === undefined ? undefined : index.place(value)?.parent;
  if (parent?.kind === 'object' && 'entries' in parent) {
    const object = part(ref, parent);
    return [makeChain({ kind: 'value', ref: object }, ref)];
  }
  return [unknownChain(ref, 'this')];
};
