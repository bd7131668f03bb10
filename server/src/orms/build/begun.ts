/** Transactions that are begun and ended by calls on a connection: `connection.beginTransaction()`, `client.query('BEGIN')`. */
import type { Chain, Flow, FuncRef, Ref } from '../../flow/flow';
import type { CallValue, Func, HostFile, Template, Value } from '../../hosts/host';
import { contains, type Span } from '../../text/span';

export interface Bound {
  readonly site: CallValue | Template;
  /** The connection, session or handle that it is asked of. */
  readonly on: Value;
  readonly how: 'begins' | 'commits' | 'rolls-back';
}

const methods = {
  begins: /^(?:begin|beginTransaction|startTransaction)$/,
  commits: /^(?:commit|commitTransaction)$/,
  'rolls-back': /^(?:rollback|rollbackTransaction|abortTransaction)$/,
} as const;

/** Statements that do nothing else: a script that does more than one thing has its transaction inside. */
const texts = {
  begins: /^\s*(?:BEGIN|START\s+TRANSACTION)\b[^;]*;?\s*$/i,
  commits: /^\s*(?:COMMIT|END)(?:\s+(?:WORK|TRANSACTION))?\s*;?\s*$/i,
  'rolls-back': /^\s*(?:ROLLBACK|ABORT)(?:\s+(?:WORK|TRANSACTION))?\s*;?\s*$/i,
} as const;

const kinds = ['begins', 'commits', 'rolls-back'] as const;

export function boundOf(site: CallValue | Template): Bound | undefined {
  if (site.kind === 'template') return site.tag && said(site, site.tag, textOf(site));
  const { callee, args, isNew } = site;
  if (isNew || callee.kind !== 'member' || typeof callee.property !== 'string') return undefined;
  const name = callee.property;
  if (/^(?:query|execute|unsafe)$/.test(name)) return said(site, callee.object, textOf(args[0]));
  if (args.some(({ kind }) => kind === 'function')) return undefined;
  const how = kinds.find((kind) => methods[kind].test(name));
  return how && { site, on: callee.object, how };
}

const said = (site: Bound['site'], on: Value, text: string | undefined): Bound | undefined => {
  const how = text === undefined ? undefined : kinds.find((kind) => texts[kind].test(text));
  return how && { site, on, how };
};

function textOf(value: Value | undefined): string | undefined {
  if (value?.kind === 'literal') return typeof value.value === 'string' ? value.value : undefined;
  if (value?.kind !== 'template') return undefined;
  const [part, ...more] = value.parts;
  return part?.kind === 'text' && more.length === 0 ? part.text : undefined;
}

interface Told {
  readonly bounds: readonly Bound[];
  /** The call that a function is handed to, by the function. */
  readonly handedTo: ReadonlyMap<number, CallValue>;
}

const known = new WeakMap<HostFile, Told>();

function toldIn(flow: Flow, file: HostFile): Told {
  const before = known.get(file);
  if (before !== undefined) return before;
  const [module] = file.functions;
  const sites = (module === undefined ? [] : flow.actions({ file, function: module })).flatMap(({ ref: { value } }) =>
    value.kind === 'call' || value.kind === 'template' ? [value] : [],
  );
  const handed = sites.flatMap((site) =>
    site.kind === 'call'
      ? site.args.flatMap((arg) => (arg.kind === 'function' ? [[arg.function, site] as const] : []))
      : [],
  );
  const told = { bounds: sites.flatMap((site) => boundOf(site) ?? []), handedTo: new Map(handed) };
  known.set(file, told);
  return told;
}

/** The transaction that is open on `on` where the site stands: by the call that began it, or by that of the helper that did. */
export function begunOn(flow: Flow, site: Ref, on: Value): string | undefined {
  const { file, value } = site;
  const { bounds, handedTo } = toldIn(flow, file);
  if (bounds.some((one) => one.site === value)) return undefined;
  const id = bounds.length > 0 ? flow.valueId({ value: on, file }) : undefined;
  const own = bounds.filter((one) => flow.valueId({ value: one.on, file }) === id);
  for (let func: FuncRef | undefined = flow.functionOf(site); func !== undefined; func = outerOf(func)) {
    const last = lastBefore(flow, func, site, own);
    if (last !== undefined) return idOf(file, last);
    const at = on.kind === 'name' ? func.function.params.findIndex((one) => isNamed(one, on.name)) : -1;
    const helper = at < 0 ? undefined : handedTo.get(func.function.id);
    if (helper !== undefined)
      return begins(flow, { value: helper, file }, func.function.id, at)
        ? `${file.path}:${helper.span.start}`
        : undefined;
  }
  return undefined;
}

/**
 * The transaction that is open where the site stands on the connection that one of `taking` gave: `createQueryRunner()`
 * takes a connection and begins nothing.
 */
export function begunOnTaken(flow: Flow, site: Ref, { steps }: Chain, taking: readonly string[]): string | undefined {
  const taken = steps.find((step) => step.kind === 'call' && taking.includes(step.name));
  if (taken === undefined) return undefined;
  const { file } = taken;
  const own = toldIn(flow, file).bounds.filter(({ on }) =>
    flow.chain({ value: on, file }).steps.some(({ kind, span }) => kind === 'call' && span.start === taken.span.start),
  );
  for (let func: FuncRef | undefined = flow.functionOf(site); func !== undefined; func = outerOf(func)) {
    const last = func.file === file ? lastBefore(flow, func, site, own) : undefined;
    if (last !== undefined) return idOf(file, last);
  }
  // Begun by another function than those around the statement.
  const elsewhere = own.find(({ how, site: { span } }) => how === 'begins' && !isAround(flow, site, file, span));
  return elsewhere && idOf(file, elsewhere);
}

const isAround = (flow: Flow, site: Ref, file: HostFile, span: Span): boolean => {
  for (let func: FuncRef | undefined = flow.functionOf(site); func !== undefined; func = outerOf(func))
    if (func.file === file && contains(func.function.span, span)) return true;
  return false;
};

const lastBefore = (flow: Flow, func: FuncRef, site: Ref, bounds: readonly Bound[]): Bound | undefined =>
  bounds.length === 0
    ? undefined
    : flow
        .actions(func, site)
        .flatMap(({ ref }) => bounds.find((one) => one.site === ref.value) ?? [])
        .at(-1);

const idOf = (file: HostFile, { how, site }: Bound): string | undefined =>
  how === 'begins' ? `${file.path}:${site.span.start}` : undefined;

const isNamed = ({ pattern }: Func['params'][number], name: string): boolean =>
  pattern.kind === 'name' && pattern.name === name;

/** The module itself begins nothing for its functions. */
const outerOf = ({ file, function: { parent } }: FuncRef): FuncRef | undefined => {
  const outer = parent === undefined || parent === 0 ? undefined : file.functions[parent];
  return outer && { file, function: outer };
};

/** `withClient(async (client) => …)`: a function of the project that calls what it is handed between BEGIN and COMMIT. */
function begins(flow: Flow, call: Ref, callback: number, parameter: number): boolean {
  const { root } = flow.callAt(call);
  if (root.kind !== 'function' || call.value.kind !== 'call') return false;
  const { file, function: func } = root.function;
  const at = call.value.args.findIndex((arg) => arg.kind === 'function' && arg.function === callback);
  const name = func.params[at]?.pattern;
  const { bounds } = toldIn(flow, file);
  if (name?.kind !== 'name' || bounds.length === 0) return false;
  return flow.actions(root.function).some(({ ref: { value } }) => {
    const on =
      value.kind === 'call' && value.callee.kind === 'name' && value.callee.name === name.name && value.args[parameter];
    if (!on) return false;
    const id = flow.valueId({ value: on, file });
    const own = bounds.filter(
      (one) => contains(func.span, one.site.span) && flow.valueId({ value: one.on, file }) === id,
    );
    const last = own.findLast((one) => one.site.span.start < value.span.start);
    return last?.how === 'begins' && own.some((one) => one.how === 'commits' && one.site.span.start > value.span.start);
  });
}
