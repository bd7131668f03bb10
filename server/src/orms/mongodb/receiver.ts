/** Which collection a chain of the driver speaks to. */
import type { Chain, Flow, ObjectShape, Ref, Step } from '../../flow/flow';
import { isOpenRoot } from '../build/handedIn';
import type { Found } from '../orm';
import { isTrue, objectIn, optionIn, textIn } from './context';

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
const mayBe = (chain: Chain): boolean => isOpenRoot(chain, 'unknown', 'global', 'value', 'class');

/** `store.collection(env.ordersCollection)`: a name that is chosen at run time. */
const mayBeName = (flow: Flow, args: readonly Ref[]): boolean => {
  const [name, more] = args;
  return (
    name !== undefined &&
    more === undefined &&
    flow
      .shapes(name)
      .every(({ kind }) => kind === 'unknown' || kind === 'text' || kind === 'chain' || kind === 'operator')
  );
};

const after = (before: Receiver | undefined, step: Step, chain: Chain, flow: Flow): Receiver | undefined => {
  switch (step.kind) {
    case 'call':
      if (step.name === 'collection') {
        const table = textIn(flow, step.args[0]);
        if (before === undefined)
          return mayBe(chain) && (table !== undefined || mayBeName(flow, step.args))
            ? named(undefined, table, 'likely')
            : undefined;
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
      return /^(?:MongoClient|connection|db|client|native|connections|conn)$/.test(step.name) ? before : undefined;
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

/** What a command would be as a method of its collection. */
export interface Commanded {
  readonly method: string;
  readonly table: readonly string[];
  readonly args: readonly (Ref | undefined)[];
}

/** `db.command({ find: 'orders', filter })`; several where it holds a list of writes. */
export const commandsOf = (flow: Flow, ref: Ref | undefined): readonly Commanded[] => {
  const shape = objectIn(flow, ref);
  const [first] = shape?.entries ?? [];
  const name = first === undefined ? undefined : textIn(flow, first.value);
  if (shape === undefined || name === undefined) return [];
  const given = (key: string): Ref | undefined => shape.entries.find((entry) => entry.key === key)?.value;
  const one = (method: string, ...args: readonly (Ref | undefined)[]): Commanded => ({ method, table: [name], args });
  switch (first?.key) {
    case 'find':
      return [one('find', given('filter'))];
    case 'count':
      return [one('countDocuments', given('query'))];
    case 'distinct':
      return [one('distinct', given('key'), given('query'))];
    case 'aggregate':
      return [one('aggregate', given('pipeline'))];
    case 'findAndModify':
      return [
        isTrue(flow, given('remove'))
          ? one('findOneAndDelete', given('query'))
          : one('findOneAndUpdate', given('query'), given('update'), ref),
      ];
    case 'insert':
      return [one('insertMany', given('documents'))];
    case 'update':
      return writesIn(flow, given('updates'), (write, item) =>
        one(
          isTrue(flow, optionIn(write, 'multi')) ? 'updateMany' : 'updateOne',
          optionIn(write, 'q'),
          optionIn(write, 'u'),
          item,
        ),
      );
    case 'delete':
      return writesIn(flow, given('deletes'), (write) => {
        const limit = optionIn(write, 'limit');
        const all = limit === undefined || flow.shapes(limit).some((one) => one.kind === 'literal' && one.value === 0);
        return one(all ? 'deleteMany' : 'deleteOne', optionIn(write, 'q'));
      });
    default:
      return [];
  }
};

const writesIn = (
  flow: Flow,
  ref: Ref | undefined,
  make: (write: ObjectShape, item: Ref) => Commanded,
): readonly Commanded[] =>
  (ref === undefined ? [] : flow.shapes(ref)).flatMap((shape) =>
    shape.kind === 'list'
      ? shape.items.flatMap(({ value }) => {
          const write = objectIn(flow, value);
          return write === undefined ? [] : [make(write, value)];
        })
      : [],
  );
