/** What the values of a called function are in its caller: arguments in the place of parameters. */
import type { FileIndex } from '../../flow/fileIndex';
import type { Flow, FuncRef, Ref } from '../../flow/flow';
import type { Func, HostFile, Value } from '../../hosts/host';
import { transactionCalls } from './extents';

/** Turns identities of a function's values into identities of the unit's own. */
export interface Handing {
  value(id: string): string;
  /** The unit's transaction that a handle of this function stands for; the id itself where that is not known. */
  transaction(id: string): string;
  /** The transaction whose handle is handed over in the place of that value; undefined where it is none. */
  begun(id: string): string | undefined;
}

export const nothingHanded: Handing = { value: (id) => id, transaction: (id) => id, begun: () => undefined };

/**
 * `args` are what the call hands over to the function, read in the caller by `flow`; `outer` is what the caller itself was
 * handed. A parameter that nothing is handed to keeps its own identity.
 */
export function handingOf(
  { file: host, function: func }: FuncRef,
  indexOf: (file: HostFile) => FileIndex,
  args: readonly Ref[],
  flow: Flow,
  outer: Handing,
): Handing {
  const { path } = host;
  let known: readonly Named[] | undefined;
  const namedAs = (id: string): Named | undefined => {
    known ??= namedIn(func, indexOf(host));
    return known.find((one) => isPartOf(id, one.id));
  };
  const given = (id: string): Ref | undefined => {
    const own = namedAs(id);
    if (own !== undefined) return partAt(args[own.index], id.slice(own.id.length));
    const part = /^#(\d+)@(.*):(\d+)((?:[.[].*)?)$/.exec(id);
    if (part === null || part[2] !== path || Number(part[3]) !== func.id) return undefined;
    return partAt(args[Number(part[1])], part[4] ?? '');
  };
  const begunBy = (at: Ref): string | undefined => {
    const begun = flow.transaction(flow.chain(at), transactionCalls, () => true);
    return begun === undefined ? outer.begun(flow.valueId(at)) : outer.transaction(begun);
  };
  return {
    value: (id) => {
      const at = given(id);
      if (at !== undefined) return outer.value(flow.valueId(at));
      const own = namedAs(id);
      const arg = own === undefined ? undefined : args[own.index];
      return own === undefined || arg === undefined ? id : outer.value(flow.valueId(arg) + id.slice(own.id.length));
    },
    transaction: (id) => {
      const at = given(id) ?? args[parameterAt(func, path, id)];
      return at === undefined ? id : (begunBy(at) ?? outer.transaction(flow.valueId(at)));
    },
    begun: (id) => {
      const at = given(id);
      return at && begunBy(at);
    },
  };
}

/** A parameter that is named as a whole, by its identity. */
interface Named {
  readonly id: string;
  readonly index: number;
}

const namedIn = (func: Func, { file, functionScopes }: FileIndex): readonly Named[] =>
  [...(functionScopes.get(func.id)?.names.values() ?? [])].flatMap(({ name, span, declared }) =>
    declared.kind === 'param' &&
    declared.function === func.id &&
    !declared.parameter.rest &&
    declared.parameter.pattern.kind === 'name'
      ? [{ id: `${name}@${file.path}:${span.start}`, index: declared.index }]
      : [],
  );

const isPartOf = (id: string, whole: string): boolean =>
  id.startsWith(whole) && (id.length === whole.length || /[.[]/.test(id[whole.length] ?? ''));

/** The property of an object that is handed over as it stands: `save({ tenantId: id })`. */
function partAt(arg: Ref | undefined, path: string): Ref | undefined {
  if (arg === undefined) return undefined;
  let at: Value | undefined = arg.value;
  for (const [, key] of path.matchAll(/\.([^.[]+)/g)) {
    if (at?.kind !== 'object') return undefined;
    at = at.entries.flatMap((one) => (one.kind === 'property' && one.key === key ? [one.value] : [])).at(-1);
  }
  return at === undefined ? undefined : { ...arg, value: at };
}

/** A handle that is known by its type is named by the place of that type. */
function parameterAt({ params, span }: Func, path: string, id: string): number {
  const place = /^(.*):(\d+)$/.exec(id);
  const at = Number(place?.[2]);
  if (place?.[1] !== path || at < span.start || at > span.end) return -1;
  return params.findIndex(
    ({ type, pattern }) =>
      (pattern.span.start <= at && at <= pattern.span.end) ||
      (type !== undefined && type.span.start <= at && at <= type.span.end),
  );
}

/** Identities of a function's parameters. */
export const parametersOf = (host: HostFile, index: FileIndex, func: Func | undefined): readonly string[] =>
  func === undefined
    ? []
    : func.params.flatMap(({ pattern }, i) =>
        pattern.kind === 'name'
          ? [`$${pattern.name}@${host.path}:${index.functionScopes.get(func.id)?.names.get(pattern.name)?.span.start}`]
          : [`$#${i}@${host.path}:${func.id}`],
      );
