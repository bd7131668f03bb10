/** `Flow` over a project. */
import type { HostFile, Value } from '../hosts/host';
import { actionsOf } from './actions';
import { callbackOf } from './callbacks';
import { asSite, best, chainsOf } from './chains';
import { findMember, heritageOf } from './classes';
import type { ClassRef, Flow, FuncRef, Ref } from './flow';
import { builderOf, lifeOf } from './life';
import { functionAt, type Linker, openAnswers, parentOf, refIn } from './linker';
import { printValue } from './print';
import type { Project } from './project';
import { type ReceiverPattern, receivingOf } from './receivers';
import { shapesOf } from './shapes';
import { textsOf } from './texts';
import { transactionOf } from './transaction';
import { typedChains } from './types';
import { valueIdOf } from './valueId';
import { varies } from './varies';

/** One linker serves all files of a run; `flowOf` is cheap. Forget it when a file changes. */
export const openLinker = (project: Project): Linker => ({
  project,
  known: openAnswers(),
  framed: new WeakMap(),
  frames: new WeakMap(),
  kept: 0,
  homes: new WeakMap(),
  depth: 0,
  deepest: 0,
  steps: 0,
  cut: 0,
});

export const flowOf = (linker: Linker, file: HostFile, receivers: readonly ReceiverPattern[] = []): Flow => {
  const ref = (value: Value): Ref => refIn(file, value);
  const valueId = (at: Ref): string => valueIdOf(linker, at);
  const classOf: Flow['classOf'] = (of): ClassRef | undefined => {
    const chains = 'type' in of ? typedChains(linker, of, refIn(of.file, placeholder)) : chainsOf(linker, of);
    for (const { root, steps } of chains) {
      const [first] = steps;
      if (root.kind === 'class' && (steps.length === 0 || 'type' in of)) return root.class;
      if ('type' in of && first?.kind === 'instance' && first.class !== undefined) return first.class;
    }
    return undefined;
  };
  return {
    file,
    version: (name) => linker.project.version(file, name),
    receivers,
    ref,
    chain: (at) => best(chainsOf(linker, at), at),
    chains: (at) => chainsOf(linker, at),
    call: (value) => best(chainsOf(linker, ref(value), asSite), ref(value)),
    site: (at) => best(chainsOf(linker, at, asSite), at),
    callAt: (at) => best(chainsOf(linker, at, asSite), at),
    builder: (at) => builderOf(linker, at),
    life: (value) => lifeOf(linker, ref(value)),
    shapes: (at) => shapesOf(linker, at),
    texts: (at) => textsOf(linker, at),
    valueId,
    varies: (at, site) => varies(linker, at, site),
    print: (at) => printValue(at.value).replace(/\s+/g, ' '),
    callback: (fn: FuncRef, args) => callbackOf(linker, fn, args),
    classOf,
    member: (of, name, isStatic) => findMember(linker, of, name, isStatic),
    heritage: (of) => heritageOf(linker, of),
    typed: (type, at) => best(typedChains(linker, { type, file: at }, refIn(at, placeholder)), refIn(at, placeholder)),
    actions: (fn, before) => actionsOf(linker, fn, before),
    functionOf: (at) => ({ file: at.file, function: functionAt(linker, at) ?? moduleOf(at.file) }),
    parent: (at) => parentOf(linker, at),
    receiving: (chain) => receivingOf(receivers, chain, valueId),
    transaction: transactionOf,
  };
};

const placeholder: Value = { kind: 'opaque', why: 'type', parts: [], span: { start: 0, end: 0 } };

const moduleOf = (file: HostFile): FuncRef['function'] =>
  file.functions[0] ?? {
    id: 0,
    params: [],
    body: [],
    async: false,
    ownThis: true,
    decorators: [],
    span: { start: 0, end: 0 },
  };
