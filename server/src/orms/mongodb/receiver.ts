/** Which collection a chain of the driver speaks to. */
import type { Chain, Flow, Ref, Step } from '../../flow/flow';
import type { Found } from '../orm';
import { textIn } from './context';

export type Receiver = { readonly confidence: Found['confidence'] } & (
  | { readonly kind: 'client' | 'database'; readonly database?: string }
  /** No table: the source does not say which. */
  | { readonly kind: 'collection'; readonly table?: readonly string[] }
);

export const isDriver = (module: string): boolean => /^mongodb(?:-legacy)?$/.test(module);
const isMongoose = (module: string): boolean => module === 'mongoose' || module === '@nestjs/mongoose';

const same = /^(?:connect|asPromise|startSession|withOptions|withReadPreference|createConnection|useDb|then|get)$/;

/** `until`: how many steps of the chain stand before the method that is asked about. */
export const receiverOf = (chain: Chain, until: number, flow: Flow): Receiver | undefined => {
  let at = beginning(chain);
  for (const step of chain.steps.slice(0, until)) at = after(at, step, chain, flow);
  return at;
};

const beginning = ({ root, steps }: Chain): Receiver | undefined => {
  if (root.kind !== 'package') return undefined;
  const certain = 'certain' as const;
  const name = root.name.split('.').at(-1) ?? '';
  if (isDriver(root.module)) {
    if (/^(?:MongoClient|default|\*)$/.test(name)) return { kind: 'client', confidence: certain };
    if (name === 'Db') return { kind: 'database', confidence: certain };
    if (name === 'Collection' && steps[0]?.kind === 'instance') return { kind: 'collection', confidence: certain };
  }
  if (
    isMongoose(root.module) &&
    /^(?:default|\*|mongoose|connection|Connection|createConnection|InjectConnection|connect)$/.test(name)
  )
    return { kind: 'database', confidence: certain };
  return undefined;
};

/** Roots that may be a connection although nothing proves it. */
const mayBe = ({ root }: Chain): boolean =>
  root.kind === 'unknown' || root.kind === 'global' || root.kind === 'value' || root.kind === 'class';

const after = (before: Receiver | undefined, step: Step, chain: Chain, flow: Flow): Receiver | undefined => {
  switch (step.kind) {
    case 'call':
      if (step.name === 'collection') {
        const table = textIn(flow, step.args[0]);
        if (before === undefined)
          return table !== undefined && mayBe(chain) ? named(undefined, table, 'likely') : undefined;
        return before.kind === 'collection' || step.args.length === 0
          ? undefined
          : named(before.database, table, before.confidence);
      }
      if (before === undefined) return undefined;
      if (step.name === 'db') {
        const database = textIn(flow, step.args[0]);
        return { kind: 'database', confidence: before.confidence, ...(database === undefined ? {} : { database }) };
      }
      if (step.name === 'getClient') return { kind: 'client', confidence: before.confidence };
      return same.test(step.name) || step.name === '' ? before : undefined;
    case 'member':
      if (before === undefined || before.kind === 'collection') return undefined;
      return /^(?:connection|db|client|native|connections|conn)$/.test(step.name) ? before : undefined;
    case 'new':
    case 'instance':
    case 'item':
    case 'index':
      return before?.kind === 'collection' && step.kind !== 'instance' ? undefined : before;
    default:
      return undefined;
  }
};

const named = (database: string | undefined, table: string | undefined, confidence: Found['confidence']): Receiver => ({
  kind: 'collection',
  confidence,
  ...(table === undefined ? {} : { table: database === undefined ? [table] : [database, table] }),
});

/** `db.command({ find: 'orders', filter })`: what the driver's own methods would send. */
export const commandOf = (
  flow: Flow,
  ref: Ref | undefined,
): { readonly method: string; readonly table: string; readonly args: readonly (Ref | undefined)[] } | undefined => {
  const shape = ref === undefined ? undefined : flow.shapes(ref).find((one) => one.kind === 'object');
  const [first] = shape?.kind === 'object' ? shape.entries : [];
  if (shape?.kind !== 'object' || first?.key === undefined) return undefined;
  const table = textIn(flow, first.value);
  const given = (key: string): Ref | undefined => shape.entries.find((entry) => entry.key === key)?.value;
  if (table === undefined) return undefined;
  switch (first.key) {
    case 'find':
      return { method: 'find', table, args: [given('filter')] };
    case 'count':
      return { method: 'countDocuments', table, args: [given('query')] };
    case 'distinct':
      return { method: 'distinct', table, args: [given('key'), given('query')] };
    case 'aggregate':
      return { method: 'aggregate', table, args: [given('pipeline')] };
    case 'findAndModify':
      return given('remove') === undefined
        ? { method: 'findOneAndUpdate', table, args: [given('query'), given('update'), ref] }
        : { method: 'findOneAndDelete', table, args: [given('query')] };
    case 'insert':
      return { method: 'insertMany', table, args: [given('documents')] };
    default:
      return undefined;
  }
};
