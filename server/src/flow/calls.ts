/** Calls: of packages (a step), of the project's own functions (followed to what they return), `require` and `new`. */
import type { CallValue, Func, MemberValue, TypeRef } from '../hosts/host';
import {
  type Ask,
  addStep,
  chainsOf,
  framed,
  holdersOf,
  inner,
  keyOf,
  leads,
  makeChain,
  memberOf,
  passed,
  unknownChain,
} from './chains';
import { type Chain, type Frame, type FuncRef, flowLimits, type Ref, type Step } from './flow';
import { keptBy, methodOfHolder, tells } from './holders';
import { bare, frameInto, frameOf, functionAt, indexOf, type Linker, part, refIn } from './linker';
import { targetChains } from './names';
import { typedChains } from './types';

export const callChains = (linker: Linker, ref: Ref, call: CallValue, ask: Ask): readonly Chain[] => {
  const callee = bare(call.callee);
  if (callee.kind === 'name' && (callee.name === 'require' || callee.name === 'import')) {
    const [module] = call.args;
    if (
      module?.kind === 'literal' &&
      typeof module.value === 'string' &&
      indexOf(linker, ref.file).binding(callee) === undefined
    ) {
      return targetChains(linker, linker.project.resolve(ref.file, module.value, '*'), ref);
    }
  }
  const args = call.args.flatMap((arg) => argumentsOf(linker, part(ref, arg)));
  const further = inner(ask);
  if (callee.kind === 'member') {
    const key = keyOf(linker, ref, callee);
    if (key !== undefined) {
      const object = part(ref, callee.object);
      return holdersOf(linker, chainsOf(linker, object, further), key, object).flatMap(
        (chain) =>
          methodOfHolder(linker, chain, object, key, ref) ??
          memberOf(linker, chain, key, callee, object, part(ref, callee)).flatMap((found) =>
            called(linker, ref, call, args, found, ask),
          ),
      );
    }
  }
  return chainsOf(linker, part(ref, callee), further).flatMap((chain) => called(linker, ref, call, args, chain, ask));
};

/** An argument; `...args` of a function that was followed into is what its caller gave from there on. */
const argumentsOf = (linker: Linker, ref: Ref): readonly Ref[] => {
  const { value, file, frame } = ref;
  if (frame === undefined || value.kind !== 'spread' || value.value.kind !== 'name') return [ref];
  const declared = indexOf(linker, file).binding(value.value)?.declared;
  if (declared === undefined) return value.value.name === 'arguments' ? ownArguments(linker, ref) : [ref];
  if (declared.kind !== 'param' || !declared.parameter.rest || declared.path.length > 0) return [ref];
  return frameOf(ref, file, declared.function)?.args.slice(declared.index) ?? [ref];
};

/** `...arguments`: those of the nearest function that is no arrow. */
const ownArguments = (linker: Linker, ref: Ref): readonly Ref[] => {
  let func = functionAt(linker, ref);
  while (func !== undefined && !func.ownThis) func = ref.file.functions[func.parent ?? -1];
  return (func && frameOf(ref, ref.file, func.id)?.args) ?? [ref];
};

const called = (
  linker: Linker,
  ref: Ref,
  call: CallValue,
  args: readonly Ref[],
  chain: Chain,
  ask: Ask,
): readonly Chain[] => {
  const { root, steps } = chain;
  const last = steps[steps.length - 1];
  const callee = bare(call.callee);
  const member = callee.kind === 'member' ? callee : undefined;
  const base = { span: call.span, file: ref.file, when: [], args, call, nameSpan: member?.propertySpan ?? callee.span };
  if (call.isNew) return [addStep(chain, { ...base, kind: 'new' }, ref)];
  if (root.kind === 'function' && steps.length === 0) {
    const { function: func } = root.function;
    const name =
      func.name ?? (member !== undefined && typeof member.property === 'string' ? member.property : viaName(chain));
    const frame = frameInto(linker, ref, call, args, root);
    const step: Step = { ...base, kind: 'call', name };
    if (!ask.follow || frame.depth > flowLimits.depth) return [addStep(chain, step, ref)];
    const found = returned(linker, root.function, frame, ref);
    const via = { name, args, span: base.nameSpan, file: ref.file };
    return found.map((c) => ({ ...c, via: passed(chain.via, [via], c.via), ref }));
  }
  const kept = root.kind === 'package' || root.kind === 'global' ? keptBy(linker, chain, args) : undefined;
  if (kept !== undefined) return kept.map((c) => ({ ...c, ref }));
  const asked = member?.property ?? (last?.kind === 'member' && steps.length < 3 ? last.name : undefined);
  const built = containers.test(root.kind === 'package' ? root.module : '')
    ? handedOut(linker, asked, call, args, ref)
    : undefined;
  if (built !== undefined) return built;
  // A value of a function's type: `models: () => typeof User`.
  if (root.kind === 'unknown' && steps.length === 0 && root.type?.type.name === '=>') {
    const [result] = root.type.type.args;
    const given = result === undefined ? [] : typedChains(linker, { type: result, file: root.type.file }, ref);
    const via = { name: viaName(chain), args, span: base.nameSpan, file: ref.file };
    if (leads(given)) return given.map((c) => ({ ...c, via: passed(chain.via, [via], c.via), ref }));
  }
  const said = root.kind === 'unknown' ? saidType(linker, call, ref) : undefined;
  if (said !== undefined) return said;
  // A member that a type names (`{ update: Database['update'] }`) has its place there.
  const merged =
    last?.kind === 'member' &&
    member !== undefined &&
    (last.nameSpan === member.propertySpan || last.name === member.property);
  const step: Step = { ...base, kind: 'call', name: merged ? last.name : '' };
  return [{ ...chain, steps: [...(merged ? steps.slice(0, -1) : steps), step], ref }];
};

/** Containers that make objects of the classes that they are asked for. */
const containers = /^(?:@nestjs\/|typedi$|tsyringe$|inversify$|awilix$|@tsed\/di$|@midwayjs\/)/;

/** `app.get(UserRepository)`, `container.resolve<EntityManager>('em')`; what goes by a name alone is not known. */
const handedOut = (
  linker: Linker,
  method: MemberValue['property'] | undefined,
  call: CallValue,
  args: readonly Ref[],
  ref: Ref,
): readonly Chain[] | undefined => {
  const [first] = args;
  if (first === undefined || (method !== 'get' && method !== 'resolve')) return undefined;
  const made = chainsOf(linker, first).filter(({ root, steps }) => root.kind === 'class' && steps.length === 0);
  if (made.length === 0)
    return saidType(linker, call, ref) ?? (first.value.kind === 'literal' ? [unknownChain(ref, 'by name')] : undefined);
  const { span: nameSpan } = call.callee;
  const step: Step = { kind: 'instance', types: [], nameSpan, span: ref.value.span, file: ref.file, when: [] };
  return made.map((chain) => addStep(chain, step, ref));
};

/** What is looked up by a name is of the type that it is asked for. */
const saidType = (linker: Linker, { types, args }: CallValue, ref: Ref): readonly Chain[] | undefined => {
  const [type, more] = types;
  if (type === undefined || more !== undefined || args[0]?.kind !== 'literal') return undefined;
  const typed = typedChains(linker, { type, file: ref.file }, ref);
  return leads(typed) ? typed : undefined;
};

const viaName = (chain: Chain): string => chain.via[chain.via.length - 1]?.name ?? '';

/** What a function of the project returns, its parameters bound by `frame`. */
export const returned = (
  linker: Linker,
  { file, function: func }: FuncRef,
  frame: Frame,
  ref: Ref,
): readonly Chain[] => {
  const chains = indexOf(linker, file).returns[func.id]?.flatMap(({ value }) =>
    chainsOf(linker, refIn(file, value, frame)),
  );
  if (chains !== undefined && leads(chains)) return chains;
  const typed = func.returns === undefined ? [] : typedChains(linker, { type: func.returns, file }, ref);
  if (tells(typed)) return typed;
  const made = madeBy(linker, { file, function: func }, frame, ref);
  if (leads(made)) return made;
  return chains === undefined || chains.length === 0 ? [unknownChain(ref, 'returns nothing known')] : chains;
};

/** `remember<T>(name, make: () => T): T`: what the function that it is handed returns, wherever that was kept meanwhile. */
const madeBy = (linker: Linker, { function: func }: FuncRef, frame: Frame, ref: Ref): readonly Chain[] => {
  const result = settled(func.returns);
  if (result === undefined || result.args.length > 0 || frame.depth >= flowLimits.depth) return [];
  const at = func.params.findIndex(({ type }) => type?.name === '=>' && settled(type.args[0])?.name === result.name);
  const arg = frame.args[at];
  if (arg === undefined) return [];
  return chainsOf(linker, arg).flatMap(({ root, steps }) => {
    if (root.kind !== 'function' || steps.length > 0) return [];
    const { file, function: made } = root.function;
    const inner: Frame = {
      file,
      function: made.id,
      args: [],
      ...(root.frame === undefined ? {} : { outer: root.frame }),
      depth: frame.depth + 1,
    };
    return returned(linker, root.function, inner, ref);
  });
};

/** `Promise<T>` as `T`. */
const settled = (type: TypeRef | undefined): TypeRef | undefined => (type?.name === 'Promise' ? type.args[0] : type);

export const functionChain = (
  file: Ref['file'],
  func: Func,
  ref: Ref,
  self: Chain | undefined,
  frame: Frame | undefined,
): Chain =>
  makeChain(
    {
      kind: 'function',
      function: { file, function: func },
      ...framed(frame),
      ...(self === undefined ? {} : { this: self }),
    },
    ref,
  );
