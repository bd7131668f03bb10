/** Whether a call is made on a Prisma model, and on which one. */
import type { Chain, Flow, Ref, Step } from '../../flow/flow';
import type { Model } from '../build/model';
import { undeclared } from '../build/model';
import type { Found } from '../orm';
import { optionNames } from './operations';
import { isGenerated, type PrismaData, type PrismaSchema, schemaFor } from './schemas';

export interface Receiver {
  /** Undefined: which model it is the source does not say. */
  readonly models: readonly Model[];
  readonly schema: PrismaSchema | undefined;
  readonly confidence: Found['confidence'];
}

const clientModule = /^(?:@prisma\/client(?:\/.*)?|\.prisma\/client(?:\/.*)?|.*[/@-]prisma(?:[/-].*)?)$/;

/** Members of the client that are no models. */
const ownMembers = /^(?:\$|_)/;

/** What extensions put beside the models: query builders of other libraries, such as `prisma.$kysely.fn.count('id')`. */
const otherBuilders = /^\$(?:kysely|drizzle)$/;

export const receiverOf = (
  chain: Chain,
  flow: Flow,
  data: PrismaData,
  options: Ref | undefined,
): Receiver | undefined => {
  const { root, steps } = chain;
  if (steps.some((step) => step.kind === 'member' && otherBuilders.test(step.name))) return undefined;
  const before = steps.at(-2);
  const files = [...new Set([...steps.filter((s) => s.kind === 'new').map((s) => s.file.path), flow.file.path])];
  const module = root.kind === 'package' ? root.module : provenBy(flow, chain);
  const proven = module !== undefined && isClient(chain, module, data, files);
  const delegate = root.kind === 'package' ? /(?:^|\.)(\w+)Delegate$/.exec(root.name)?.[1] : undefined;
  if (proven && delegate !== undefined && steps.length === 2)
    return known(data, lower(delegate), files, module, 'certain', flow);
  const names = before === undefined ? writtenName(chain) : modelNames(flow, before);
  if (names === undefined) return undefined;
  if (proven) {
    if (names.some((name) => ownMembers.test(name))) return undefined;
    if (names.length === 0)
      return { models: [], schema: schemaFor(data, undefined, files, module), confidence: 'certain' };
    const all = names.map((name) => known(data, name, files, module, 'certain', flow));
    const [first] = all;
    return first === undefined ? undefined : { ...first, models: all.flatMap((one) => one.models) };
  }
  return likely(chain, flow, data, names, files, options);
};

const lower = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const known = (
  data: PrismaData,
  name: string,
  files: readonly string[],
  module: string | undefined,
  confidence: Found['confidence'],
  flow: Flow,
): Receiver => {
  const schema = schemaFor(data, name, files, module);
  const model = schema?.delegates.get(name);
  if (model !== undefined) return { models: [model], schema, confidence };
  const table = name.charAt(0).toUpperCase() + name.slice(1);
  return {
    models: [undeclared(table, [table], { file: flow.file.path, span: { start: 0, end: 0 } })],
    schema,
    confidence: 'likely',
  };
};

/** A client that is known by a structural type alone: `prisma.user` as it is written. */
const writtenName = ({ root, ref: { value } }: Chain): readonly string[] | undefined => {
  if (root.kind !== 'unknown' || value.kind !== 'call' || value.callee.kind !== 'member') return undefined;
  const { object } = value.callee;
  return object.kind === 'member' && typeof object.property === 'string' ? [object.property] : undefined;
};

/** `prisma.user`, `prisma[name]`; undefined where no member is asked for. */
const modelNames = (flow: Flow, step: Step): readonly string[] | undefined => {
  if (step.kind === 'member') return [step.name];
  if (step.kind !== 'index') return undefined;
  const names = flow
    .shapes(step.key)
    .flatMap((shape) => (shape.kind === 'literal' && typeof shape.value === 'string' ? [shape.value] : []));
  return names;
};

/** What a class of the project extends in the end. */
const provenBy = (flow: Flow, { root }: Chain): string | undefined => {
  if (root.kind !== 'class') return undefined;
  const outside = flow.heritage(root.class).findLast((parent): parent is Chain => 'root' in parent);
  return outside?.root.kind === 'package' ? outside.root.module : undefined;
};

const isClient = (chain: Chain, module: string, data: PrismaData, files: readonly string[]): boolean => {
  const { root } = chain;
  if (/^@prisma\/client\b|^\.prisma\/client/.test(module)) return true;
  const name = root.kind === 'package' ? root.name : '';
  // A client that is generated into the sources and not checked in.
  const named = /^(?:PrismaClient|Prisma\.TransactionClient|Prisma\.\w+Delegate)$/.test(name);
  if (data.schemas.some((schema) => isGenerated(schema, module, [...files, chain.ref.file.path]))) return true;
  return named && (clientModule.test(module) || module.startsWith('.') || /generated|prisma/i.test(module));
};

/**
 * Nothing proves the receiver: it counts where a schema has the model, nothing says that it is something else, and the
 * options are Prisma's.
 */
const likely = (
  chain: Chain,
  flow: Flow,
  data: PrismaData,
  names: readonly string[],
  files: readonly string[],
  options: Ref | undefined,
): Receiver | undefined => {
  const { root, steps } = chain;
  const [name] = names;
  if (name === undefined || names.length > 1) return undefined;
  if (!data.schemas.some((schema) => schema.delegates.has(name))) return undefined;
  if (root.kind === 'value' || root.kind === 'function' || root.kind === 'namespace') return undefined;
  const said = [
    ...(root.kind === 'global' || root.kind === 'package' ? [root.name] : []),
    ...(root.kind === 'unknown' ? [root.id.replace(/@.*$/, '')] : []),
    ...(root.kind === 'package' ? [root.module] : []),
    ...chain.via.map((via) => via.name),
    ...steps.slice(0, -2).map((step) => ('name' in step ? step.name : '')),
  ];
  const looks = said.some((word) => /prisma|^(?:tx|trx|db|dbClient|client)$|\.(?:tx|db)$/i.test(word));
  const fits = options !== undefined && hasOptions(flow, options);
  return (fits && root.kind !== 'class') || (looks && (fits || options === undefined))
    ? known(data, name, files, undefined, looks ? 'likely' : 'guess', flow)
    : undefined;
};

const hasOptions = (flow: Flow, options: Ref): boolean =>
  flow
    .shapes(options)
    .some((shape) => shape.kind === 'object' && shape.entries.some((entry) => optionNames.has(entry.key ?? '')));
