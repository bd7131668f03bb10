/** Options that say where and in what a statement runs: sessions and read preferences. */
import type { Chain, Flow, ObjectShape, Ref } from '../../flow/flow';
import { callsOf } from '../build/callsOf';
import type { Found, Operation } from '../orm';
import { objectIn, optionIn } from './context';

const replicas = /^(?:secondary|secondaryPreferred|s|sp)$/;
const primaries = /^(?:primary|primaryPreferred|p|pp)$/;

/** `nearest` is whatever answers first. */
export const targetOfMode = (mode: string | undefined): Found['target'] | undefined =>
  mode === undefined ? undefined : replicas.test(mode) ? 'replica' : primaries.test(mode) ? 'primary' : 'unknown';

/** `'secondary'`, `ReadPreference.SECONDARY`, `{ mode: 'secondary' }`, `new ReadPreference('secondary')`. */
export const targetOf = (flow: Flow, ref: Ref | undefined): Found['target'] | undefined => {
  if (ref === undefined) return undefined;
  const shapes = flow.shapes(ref);
  const told = shapes.flatMap((shape): readonly (Found['target'] | undefined)[] => {
    if (shape.kind === 'literal') return typeof shape.value === 'string' ? [targetOfMode(shape.value)] : [];
    if (shape.kind === 'object') return [targetOf(flow, optionIn(shape, 'mode'))];
    if (shape.kind !== 'chain') return ['unknown'];
    const last = shape.chain.steps.at(-1);
    if (last?.kind === 'new') return [targetOf(flow, last.args[0])];
    const constant =
      last?.kind === 'member'
        ? last.name.toLowerCase().replace(/_(\w)/g, (_, c: string) => c.toUpperCase())
        : undefined;
    return [targetOfMode(constant) ?? 'unknown'];
  });
  const [first] = told;
  return told.every((one) => one === first) ? first : 'unknown';
};

export const targetIn = (flow: Flow, options: ObjectShape | undefined): Found['target'] | undefined =>
  targetOf(flow, optionIn(options, 'readPreference'));

/** What the collection, the database or the client was opened with. */
export const targetOfHandle = (flow: Flow, { steps }: Chain): Found['target'] | undefined => {
  for (const step of steps.toReversed()) {
    const opens = step.kind === 'new' || (step.kind === 'call' && /^(?:collection|db)$/.test(step.name));
    const [, options] = opens ? step.args : [];
    const told = options === undefined ? undefined : targetIn(flow, objectIn(flow, options));
    if (told !== undefined) return told;
  }
  return undefined;
};

/** Writes go to the primary whatever is preferred for reads. */
export const preferring = (operation: Operation, target: Found['target'] | undefined): Found['target'] | undefined =>
  target === undefined || /^(?:select|count|aggregate)$/.test(operation) ? target : 'primary';

const calls = ['withTransaction', 'transaction', 'withSession'];

/** The session that options name, or the callback of a transaction around the call. */
export const transactionOf = (flow: Flow, chain: Chain, session: Ref | undefined): string | undefined => {
  if (session !== undefined && flow.shapes(session).some((shape) => shape.kind !== 'literal')) {
    const given = flow.chain(session);
    const around = flow.transaction(given, calls);
    if (around !== undefined) return around;
    if (begins(flow, session, given)) return flow.valueId(session);
  }
  return flow.transaction(chain, calls);
};

/** A session that is made here orders reads alone until a transaction is started on it; one that is handed in has that behind it. */
const begins = (flow: Flow, session: Ref, { steps }: Chain): boolean => {
  const last = steps.at(-1);
  const made = last?.kind === 'call' && last.name === 'startSession' && last.file === session.file;
  if (!made) return true;
  const name = flow.print(session);
  return callsOf(session.file, 0)
    .concat(session.file.functions.flatMap(({ id }) => callsOf(session.file, id)))
    .some(
      ({ callee }) =>
        callee.kind === 'member' &&
        (callee.property === 'startTransaction' || callee.property === 'withTransaction') &&
        flow.print({ value: callee.object, file: session.file }) === name,
    );
};

export const sessionIn = (options: ObjectShape | undefined): Ref | undefined => optionIn(options, 'session');
