/** In which transaction a call runs: a callback's, that of `begin`, or that of a method marked `@Transactional()`. */
import type { Chain, Flow, Ref } from '../../flow/flow';
import type { CallValue, HostFile } from '../../hosts/host';
import { contains } from '../../text/span';
import { isMikro } from './identity';

export const transactionOf = (flow: Flow, chain: Chain, site: Ref): string | undefined =>
  around(flow, site) ?? flow.transaction(chain, ['transactional']) ?? begun(flow, site) ?? marked(flow, site);

const names = new Set(['transactional', 'begin', 'commit', 'rollback']);

/** Calls of a file that begin or end transactions, in order: most files have none. */
const known = new WeakMap<HostFile, readonly Bound[]>();

interface Bound {
  readonly call: CallValue;
  readonly name: string;
}

const boundsOf = (flow: Flow, file: HostFile): readonly Bound[] => {
  const before = known.get(file);
  const [module] = file.functions;
  if (before !== undefined || module === undefined) return before ?? [];
  const found = flow.actions({ file, function: module }).flatMap(({ ref: { value } }): readonly Bound[] => {
    const name = value.kind === 'call' && value.callee.kind === 'member' ? value.callee.property : undefined;
    return value.kind === 'call' && typeof name === 'string' && names.has(name) ? [{ call: value, name }] : [];
  });
  known.set(file, found);
  return found;
};

/** What stands in the callback uses its connection, whatever manager it is asked of. */
const around = (flow: Flow, { file, value }: Ref): string | undefined => {
  const found = boundsOf(flow, file).findLast(
    ({ call, name }) =>
      name === 'transactional' && (call === value || call.args.some((arg) => contains(arg.span, value.span))),
  );
  return found === undefined ? undefined : `${file.path}:${found.call.span.start}`;
};

const begun = (flow: Flow, site: Ref): string | undefined => {
  const { file, value } = site;
  if (!boundsOf(flow, file).some(({ name }) => name === 'begin')) return undefined;
  const ends = flow.actions(flow.functionOf(site), site).flatMap(({ ref }) => {
    const bound = boundsOf(flow, file).find(({ call }) => call === ref.value);
    return bound === undefined || bound.name === 'transactional' || bound.call === value ? [] : [bound];
  });
  const last = ends.at(-1);
  return last?.name === 'begin' ? `${file.path}:${last.call.span.start}` : undefined;
};

const marked = (flow: Flow, site: Ref): string | undefined => {
  const { file, function: func } = flow.functionOf(site);
  const is = func.decorators.some((value) => {
    const { root } = flow.chain({ value, file });
    return root.kind === 'package' && isMikro(root.module) && root.name === 'Transactional';
  });
  return is ? `${file.path}:${func.span.start}` : undefined;
};
