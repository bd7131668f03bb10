/** Functions that a schema owns: `this` is the model in its statics, and the document in its methods and hooks. */
import type { Flow } from '../../flow/flow';
import type { HostFile, Value } from '../../hosts/host';
import { mayMakeSchema, schemaCall } from './schema';

export interface Owned {
  /** Of the schema. */
  readonly key: string;
  readonly self: 'model' | 'row';
  /** The name of a static. */
  readonly name?: string;
}

export const functionKey = (file: HostFile, id: number): string => `${file.path}#${id}`;

const deepest = 200;

export const readOwned = (flow: Flow, file: HostFile, found: Map<string, Owned>): void => {
  const own = (schema: Value, self: Owned['self'], value: Value | undefined, name?: string): void => {
    if (value === undefined) return;
    if (value.kind === 'object') {
      for (const entry of value.entries)
        if (entry.kind === 'property')
          own(schema, self, entry.value, typeof entry.key === 'string' ? entry.key : undefined);
      return;
    }
    if (value.kind !== 'function') return;
    const key = schemaCall(flow, flow.ref(schema))?.key;
    if (key !== undefined)
      found.set(functionKey(file, value.function), {
        key,
        self,
        ...(self === 'model' && name !== undefined ? { name } : {}),
      });
  };
  const seen = new Set<object>();
  const walk = (one: unknown, depth: number): void => {
    if (typeof one !== 'object' || one === null || seen.has(one) || depth > deepest) return;
    seen.add(one);
    if (Array.isArray(one)) {
      for (const item of one) walk(item, depth + 1);
      return;
    }
    const value = one as Value;
    if (value.kind === 'assign' && 'kind' in value.target && value.target.kind === 'member')
      assigned(value.target, value.value, own);
    if (value.kind === 'call') called(value, own);
    for (const [key, inner] of Object.entries(one)) if (key !== 'span') walk(inner, depth + 1);
  };
  for (const { body } of file.functions) walk(body, 0);
  for (const one of file.exports) if (one.kind === 'value') walk(one.value, 0);
};

type Own = (schema: Value, self: Owned['self'], value: Value | undefined, name?: string) => void;

const selves: Readonly<Record<string, Owned['self']>> = { statics: 'model', methods: 'row' };

/** `schema.statics.byEmail = function …`, `schema.methods = { … }`. */
const assigned = (target: Value & { readonly kind: 'member' }, value: Value, own: Own): void => {
  const { object, property } = target;
  if (typeof property !== 'string') return;
  const whole = selves[property];
  if (whole !== undefined) own(object, whole, value);
  if (object.kind !== 'member' || typeof object.property !== 'string') return;
  const self = selves[object.property];
  if (self !== undefined) own(object.object, self, value, property);
};

const called = (call: Value & { readonly kind: 'call' }, own: Own): void => {
  const { callee, args } = call;
  if (mayMakeSchema(call)) {
    const options = args[1];
    if (options?.kind !== 'object') return;
    for (const entry of options.entries) {
      const self = entry.kind === 'property' && typeof entry.key === 'string' ? selves[entry.key] : undefined;
      if (self !== undefined && entry.kind === 'property') own(call, self, entry.value);
    }
    return;
  }
  if (callee.kind !== 'member' || typeof callee.property !== 'string') return;
  const [first, second] = args;
  const last = args.at(-1);
  const name = first?.kind === 'literal' ? String(first.value) : '';
  switch (callee.property) {
    case 'static':
      own(callee.object, 'model', second ?? first, name);
      return;
    case 'method':
      own(callee.object, 'row', second ?? first);
      return;
    case 'pre':
    case 'post':
      // Of hooks of queries, `this` is the query: it is sent by whoever made it.
      if (/^(?:save|validate|init)$/.test(name)) own(callee.object, 'row', last);
      return;
    case 'get':
      if (
        callee.object.kind === 'call' &&
        callee.object.callee.kind === 'member' &&
        callee.object.callee.property === 'virtual'
      )
        own(callee.object.callee.object, 'row', first);
      return;
    case 'assign': {
      const self = first?.kind === 'member' && typeof first.property === 'string' ? selves[first.property] : undefined;
      if (self !== undefined && first?.kind === 'member') own(first.object, self, second);
    }
  }
};
