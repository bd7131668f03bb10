/** What the databases of a workspace do to names, and which read from replicas. */
import type { Chain, Flow, Ref } from '../../flow/flow';
import type { CallValue, HostFile } from '../../hosts/host';
import { emptySchema } from '../../schema/model';
import type { Casing } from '../build/casing';
import type { Declared } from '../orm';
import { isKysely } from './handle';

export interface Settings {
  readonly casing: Casing | undefined;
  readonly schema: string | undefined;
  /** `KyselyReplicationDialect`. */
  readonly replicas: boolean;
}

export interface Declaration extends Settings {
  readonly file: string;
}

/** One for each file that makes a database or its configuration. */
export type KyselyData = readonly Declaration[];

export const plain: Settings = { casing: undefined, schema: undefined, replicas: false };

const literalIn = (flow: Flow, ref: Ref, key: string): unknown =>
  flow
    .shapes(ref)
    .flatMap((shape) =>
      shape.kind === 'object'
        ? shape.entries
            .filter((entry) => entry.key === key)
            .flatMap(({ value }) => flow.shapes(value).map((one) => (one.kind === 'literal' ? one.value : undefined)))
        : [],
    )[0];

/** `new CamelCasePlugin({ … })`, `new WithSchemaPlugin('s')`; undefined for everything else. */
const pluginIn = (flow: Flow, { root, steps }: Chain): Partial<Settings> | undefined => {
  const [made] = steps;
  if (root.kind !== 'package' || made?.kind !== 'new') return undefined;
  const [first] = made.args;
  if (/CamelCasePlugin$/.test(root.name)) {
    const option = (key: string): boolean => first !== undefined && literalIn(flow, first, key) === true;
    return {
      casing: {
        upper: option('upperCase'),
        digits: option('underscoreBeforeDigits'),
        capitals: option('underscoreBetweenUppercaseLetters'),
      },
    };
  }
  if (/WithSchemaPlugin$/.test(root.name)) {
    const [shape] = first === undefined ? [] : flow.shapes(first);
    return shape?.kind === 'literal' && typeof shape.value === 'string' ? { schema: shape.value } : {};
  }
  if (/ReplicationDialect$/.test(root.name)) return { replicas: true };
  return undefined;
};

/** Plugins and dialect of a configuration; undefined where it is not known. */
const configured = (flow: Flow, config: Ref): Settings | undefined => {
  const objects = flow.shapes(config).flatMap((shape) => (shape.kind === 'object' ? [shape] : []));
  const [object] = objects;
  if (object === undefined) return undefined;
  let found = plain;
  for (const { key, value } of object.entries) {
    const refs =
      key === 'plugins'
        ? flow.shapes(value).flatMap((shape) => (shape.kind === 'list' ? shape.items.map((item) => item.value) : []))
        : key === 'dialect'
          ? [value]
          : [];
    for (const ref of refs) found = { ...found, ...pluginIn(flow, flow.chain(ref)) };
  }
  return found;
};

/** `new Kysely({ plugins })`, `.withPlugin(…)`, `.withoutPlugins()` as the chain itself says it. */
export const settingsOf = (flow: Flow, chain: Chain, at: number, data: KyselyData): Settings => {
  const { root, steps } = chain;
  const [first] = steps;
  const isMade = root.kind === 'package' && isKysely(root.module) && first?.kind === 'new';
  const config = isMade ? first.args[0] : undefined;
  const own = config === undefined ? undefined : configured(flow, config);
  let found = own ?? nearest(data, flow.file.path) ?? plain;
  for (const step of steps.slice(0, at)) {
    if (step.kind !== 'call') continue;
    if (step.name === 'withoutPlugins') found = { ...found, casing: undefined, schema: undefined };
    const [arg] = step.args;
    if (arg === undefined) continue;
    if (step.name === 'withPlugin') found = { ...found, ...pluginIn(flow, flow.chain(arg)) };
  }
  return found;
};

/** The nearest in the tree of folders. */
const nearest = (data: KyselyData, file: string): Settings | undefined => {
  const path = file.split('/');
  const shared = (other: string): number => {
    const parts = other.split('/');
    let count = 0;
    while (count < path.length && path[count] === parts[count]) count++;
    return count;
  };
  return [...data].sort((a, b) => shared(b.file) - shared(a.file) || Number(speaks(b)) - Number(speaks(a)))[0];
};

const speaks = ({ casing, schema, replicas }: Settings): boolean =>
  casing !== undefined || schema !== undefined || replicas;

export const readKysely = (files: readonly HostFile[], flowOf: (file: HostFile) => Flow): Declared<KyselyData> => {
  const data = files.flatMap((file): readonly Declaration[] => {
    const flow = flowOf(file);
    let found: Settings | undefined;
    for (const value of madeIn(file)) {
      const chain = flow.chain(flow.ref(value));
      const { root, steps } = chain;
      const [made] = steps;
      if (root.kind !== 'package' || made?.kind !== 'new' || steps.length > 1) continue;
      const plugin = pluginIn(flow, chain);
      if (plugin !== undefined) found = { ...(found ?? plain), ...plugin };
      else if (isKysely(root.module) && /(?:^|\.)Kysely$/.test(root.name)) found ??= plain;
    }
    return found === undefined ? [] : [{ ...found, file: file.path }];
  });
  return { data, schema: emptySchema };
};

/** All that is made with `new`. */
const madeIn = (file: HostFile): readonly CallValue[] => {
  const made: CallValue[] = [];
  const seen = new Set<object>();
  const look = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || seen.has(part)) return;
    seen.add(part);
    if (isMade(part)) made.push(part);
    for (const [name, inner] of Object.entries(part)) if (name !== 'span' && name !== 'map') look(inner);
  };
  look(file.functions.map(({ body, params }) => [body, params]));
  look(file.classes.map(({ members }) => members));
  look(file.exports);
  return made;
};

const isMade = (part: object): part is CallValue =>
  'kind' in part && part.kind === 'call' && 'isNew' in part && part.isNew === true;
