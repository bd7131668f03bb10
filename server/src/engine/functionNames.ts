/** What people call the functions of a file. */
import type { FileIndex } from '../flow/fileIndex';
import type { Func, HostFile, Value } from '../hosts/host';
import type { Span } from '../text/span';

/** Names by which a function can be called: its own, the variable's, key's or member's that holds it. */
export function namesOf({ functions, classes }: HostFile, index: FileIndex): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const give = (id: number | undefined, name: string | undefined): void => {
    if (id !== undefined && name !== undefined && !names.has(id)) names.set(id, name);
  };
  for (const func of functions) give(func.id, func.name);
  for (const owner of classes)
    for (const member of owner.members) {
      give(member.function, member.name);
      if (member.value?.kind === 'function') give(member.value.function, member.name);
    }
  for (const { name, declared } of index.bindings)
    if (declared.kind === 'value') give(handed(declared.value, index), name);
  for (const [id, value] of index.functionValues) {
    const up = index.place(value)?.parent;
    if (up?.kind !== 'object' || !('entries' in up)) continue;
    for (const entry of up.entries)
      if ('key' in entry && entry.value === value && typeof entry.key === 'string') give(id, entry.key);
  }
  return names;
}

/** `const f = () => …`, `const f = withSpan(() => …)`. */
const handed = (value: Value | undefined, index: FileIndex): number | undefined => {
  if (value?.kind === 'function') return value.function;
  if (value?.kind !== 'call') return undefined;
  const inner = value.args.findLast((arg) => arg.kind === 'function');
  return inner?.kind === 'function' && index.place(inner) !== undefined ? inner.function : undefined;
};

/** `OrderService.create`, `createOrder`; undefined for what has no name. */
export function titleOf({ classes }: HostFile, func: Func | undefined, names: ReadonlyMap<number, string>): string {
  const name = func === undefined ? undefined : names.get(func.id);
  const owner = func?.class === undefined ? undefined : classes[func.class]?.name;
  return owner !== undefined && name !== undefined ? `${owner}.${name}` : (name ?? 'this function');
}

/** The nearest function around a place that has a name; undefined at the top level. */
export function titleAround(host: HostFile, { start }: Span, names: ReadonlyMap<number, string>): string | undefined {
  const around = host.functions
    .filter(({ id, span }) => names.has(id) && span.start <= start && start < span.end)
    .reduce<Func | undefined>(
      (a, b) => (a && a.span.end - a.span.start <= b.span.end - b.span.start ? a : b),
      undefined,
    );
  return around && titleOf(host, around, names);
}
