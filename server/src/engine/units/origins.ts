/** Where values come from: two that have nothing in common are taken for different ones. */
import type { Binding } from '../../flow/bindings';
import type { FileIndex } from '../../flow/fileIndex';
import type { Flow } from '../../flow/flow';
import type { HostFile, Value } from '../../hosts/host';
import type { Handing } from './handing';
import { callOf } from './matter';

export interface Origins {
  host(path: string): HostFile | undefined;
  index(host: HostFile): FileIndex;
  flow(host: HostFile): Flow;
  /** The unit's own function: what it is handed is as it is. */
  readonly own: { readonly path: string; readonly function: number };
}

/** What a value is made of, by identities as in `Flow.valueId`; undefined where that is not followed to its end. */
type Made = ReadonlySet<string>;

/** Values that one is made of are looked up so often, one in another. */
const bound = 6;

const identity = /^(.+?)@(.+):(\d+)((?:[.[].*)?)$/;

/** Identities in the words of the functions whose statements name them. */
export function areUnrelated(one: string, by: Handing, other: string, byOther: Handing, origins: Origins): boolean {
  const [a, b] = [worded(one, by), worded(other, byOther)];
  if (a === undefined || b === undefined || a === b || alike(a, b)) return false;
  const [x, y] = [identity.exec(a), identity.exec(b)];
  // Two fields of one value.
  if (x && y && rootOf(x) === rootOf(y))
    return madeOf(a, origins) !== undefined && !touch(a, b) && lastOf(a) !== lastOf(b);
  const [from, others] = [madeOf(a, origins), madeOf(b, origins)];
  return (
    from !== undefined && others !== undefined && ![...from].some((part) => [...others].some((it) => touch(part, it)))
  );
}

/** One is made of the other: `found.id`, where `found` was looked up by it. */
export function isMadeOf(one: string, by: Handing, other: string, byOther: Handing, origins: Origins): boolean {
  const [a, b] = [worded(one, by), worded(other, byOther)];
  if (a === undefined || b === undefined) return false;
  return [
    [a, b],
    [b, a],
  ].some(([made = '', of = '']) => [...(madeOf(made, origins) ?? [])].some((part) => touch(part, of)));
}

const worded = (id: string, handing: Handing): string | undefined =>
  id.startsWith('$') && !id.startsWith('$new ') ? handing.value(id.slice(1)) : undefined;

const rootOf = ([, name, file, at]: readonly string[]): string => `${name}@${file}:${at}`;

/** The same, or one a part of the other. */
const touch = (a: string, b: string): boolean =>
  a === b ||
  [a, b].some((whole, i) => [b, a][i]?.startsWith(whole) && /^[.[]/.test([b, a][i]?.slice(whole.length) ?? ''));

const lastOf = (id: string): string => /[.\]]?([^.[\]@]*)$/.exec(id.replace(/@.*:\d+/, ''))?.[1] ?? '';

/** `user.id` and `userId` are one by their names, and so are `newUser.id` and `user.id`, to be careful. */
function alike(a: string, b: string): boolean {
  const [x, y] = [a, b].map((id) => {
    const names = id.replace(/@.*:\d+/, '').split(/[.[\]]+/);
    const last = names.at(-1) ?? '';
    return (/^_?(?:id|uuid|key|slug)$/i.test(last) ? names.slice(-2).join('') : last).replaceAll('_', '').toLowerCase();
  });
  return x !== undefined && y !== undefined && (x.endsWith(y) || y.endsWith(x));
}

/** The values that a value is made of. */
function partsIn(index: FileIndex, value: Value): readonly Value[] {
  switch (value.kind) {
    case 'call':
      // What a service answers is about what it was asked with.
      return value.callee.kind === 'member' && !isOwn(value.callee.object)
        ? [...value.args, value.callee.object]
        : value.args;
    case 'object':
      return value.entries.map((entry) => entry.value);
    case 'list':
      return value.items;
    case 'template':
      return value.parts.flatMap((part) => (part.kind === 'hole' ? [part.value] : []));
    case 'function':
      return (index.returns[value.function] ?? []).map((one) => one.value);
    case 'binary':
      return [value.left, value.right];
    case 'conditional':
      return [value.then, value.otherwise];
    case 'await':
    case 'spread':
    case 'unary':
    case 'keyword':
    case 'assign':
      return [value.value];
    case 'opaque':
      return value.parts;
    case 'literal':
      return [];
    default:
      return [value];
  }
}

const isOwn = (value: Value): boolean => value.kind === 'this' || (value.kind === 'member' && isOwn(value.object));

function madeOf(id: string, origins: Origins): Made | undefined {
  const made = new Set<string>();
  const entered = new Set<Binding>();
  let open = false;
  const add = (value: string, depth: number): void => {
    const [, name = '', path = '', at] = identity.exec(value) ?? [];
    const host = origins.host(path);
    if (name.startsWith('#') && path === origins.own.path && Number(at) === origins.own.function) made.add(value);
    else if (host === undefined) open ||= path !== '' || value.startsWith('this@');
    else {
      const index = origins.index(host);
      const binding = index.bindings.find((one) => one.name === name && one.span.start === Number(at));
      open ||= binding === undefined;
      // Modules hold constants and clients.
      if (binding === undefined || binding.function === 0) return;
      made.add(value);
      enter(index, binding, depth);
    }
  };
  const enter = (index: FileIndex, binding: Binding, depth: number): void => {
    if (entered.has(binding)) return;
    entered.add(binding);
    const { declared, writes } = binding;
    const from: (Value | undefined)[] = writes.map(({ value }) => value);
    if (declared.kind === 'value') from.push(declared.value);
    else if (declared.kind === 'item') from.push(declared.over);
    else if (declared.kind === 'param') {
      const over = callOf(index, declared.function);
      if (over) from.push(over);
      else open ||= index.file.path !== origins.own.path || declared.function !== origins.own.function;
    }
    open ||= depth >= bound;
    if (!open) for (const value of from) if (value) walk(index, value, depth + 1);
  };
  const walk = (index: FileIndex, value: Value, depth: number): void => {
    for (const part of partsIn(index, value)) {
      if (part.kind === 'name' || part.kind === 'member') {
        const flow = origins.flow(index.file);
        add(flow.valueId(flow.ref(part)), depth);
      } else if (part.kind === 'this' || part.kind === 'super' || part.kind === 'class') open = true;
      else walk(index, part, depth);
    }
  };
  add(id, 0);
  return open ? undefined : made;
}
