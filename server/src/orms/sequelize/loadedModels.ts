/**
 * Models that a loader makes of what files export: `const m = require(`./${name}`); sequelize.define(m.name, m.schema)`.
 * The files stand beside the loader or below it, and each exports an object that has the attributes under that name.
 */
import type { Flow, FuncRef, ObjectShape } from '../../flow/flow';
import type { CallValue, HostFile, Value } from '../../hosts/host';
import { objectIn, optionIn, textIn } from '../build/options';
import { fromObjects } from './calledModels';
import type { DeclaredModel, Defaults } from './models';

/** Under which name the files have the attributes, for each folder that is loaded so. */
export interface Loader {
  readonly folder: string;
  readonly path: string;
  readonly attributes: string;
}

export const loaderIn = (flow: Flow, file: HostFile, { callee, args, isNew }: CallValue): Loader | undefined => {
  if (isNew || callee.kind !== 'member') return undefined;
  const given = callee.property === 'init' ? args[0] : callee.property === 'define' ? args[1] : undefined;
  if (given?.kind !== 'member' || typeof given.property !== 'string' || given.object.kind !== 'name') return undefined;
  const { root, steps } = flow.chain(flow.ref(given.object));
  const loads =
    root.kind === 'global' && root.name === 'require' && steps.length === 1 && steps[0]?.kind === 'call'
      ? steps[0].args[0]
      : undefined;
  if (loads === undefined || textIn(flow, loads) !== undefined) return undefined;
  return { folder: file.path.slice(0, file.path.lastIndexOf('/') + 1), path: file.path, attributes: given.property };
};

export const loadedModel = (
  flow: Flow,
  file: HostFile,
  { attributes }: Loader,
  defaults: Defaults,
): DeclaredModel | undefined => {
  const exported = file.exports.find((one) => one.exported === '=' || one.exported === 'default');
  if (exported?.kind !== 'value') return undefined;
  const whole = objectIn(flow, [flow.ref(exported.value)]);
  const own = optionIn(whole, attributes);
  if (whole === undefined || objectIn(flow, [own]) === undefined) return undefined;
  const label = textIn(flow, optionIn(whole, 'name')) ?? /([^/]+)\.\w+$/.exec(file.path)?.[1] ?? '';
  const options: ObjectShape = {
    ...whole,
    entries: [...whole.entries, ...(objectIn(flow, [optionIn(whole, 'options')])?.entries ?? [])],
  };
  const { span } = exported.value;
  const made = fromObjects(flow, { file: file.path, span }, file.path, label, own, options, undefined, defaults);
  const functions = functionsIn(file, exported.value);
  return {
    ...made,
    statics: new Map(functions.filter(({ self }) => self === 'model').map(({ name, fn }) => [name, fn])),
    methods: functions.filter(({ self }) => self === 'row').map(({ fn }) => fn),
  };
};

interface Owned {
  readonly name: string;
  readonly fn: FuncRef;
  readonly self: 'model' | 'row';
}

const deepest = 40;

/** Functions of the exported object: `this` of those under `instance` is a row, and of all others the model. */
const functionsIn = (file: HostFile, whole: Value): readonly Owned[] => {
  const found: Owned[] = [];
  const walk = (one: unknown, self: Owned['self'], name: string, depth: number): void => {
    if (typeof one !== 'object' || one === null || depth > deepest) return;
    if (Array.isArray(one)) {
      for (const item of one) walk(item, self, name, depth + 1);
      return;
    }
    const value = one as Value;
    if (value.kind === 'object') {
      for (const entry of value.entries) {
        const key = entry.kind === 'property' && typeof entry.key === 'string' ? entry.key : name;
        walk(entry.value, /^instance(?:s|Methods)?$|^methods$/.test(key) ? 'row' : self, key, depth + 1);
      }
      return;
    }
    if (value.kind !== 'function') {
      for (const [key, inner] of Object.entries(one)) if (key !== 'span') walk(inner, self, name, depth + 1);
      return;
    }
    const fn = file.functions[value.function];
    if (fn === undefined) return;
    if (fn.ownThis) found.push({ name, fn: { file, function: fn }, self });
    walk(fn.body, self, name, depth + 1);
  };
  walk(whole, 'model', '', 0);
  return found;
};

/** The loaded model that `this` is at a place. */
export const ownerAt = (models: readonly DeclaredModel[], file: HostFile, value: Value): string | undefined =>
  value.kind === 'this' ? models.find((one) => one.key === file.path)?.key : undefined;
