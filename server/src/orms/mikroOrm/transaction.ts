/** In which transaction a call runs: a callback's, that of `begin`, or that of a method marked `@Transactional()`. */
import type { Chain, Flow, Ref } from '../../flow/flow';
import { contains } from '../../text/span';
import { isMikro } from './identity';

export const transactionOf = (flow: Flow, chain: Chain, site: Ref): string | undefined =>
  around(flow, site) ?? flow.transaction(chain, ['transactional']) ?? begun(flow, site) ?? marked(flow, site);

/** What stands in the callback uses its connection, whatever manager it is asked of. */
const around = (flow: Flow, site: Ref): string | undefined => {
  const { file } = site;
  const [module] = file.functions;
  if (module === undefined) return undefined;
  const { span } = site.value;
  const call = flow.actions({ file, function: module }).findLast(({ ref: { value } }) => {
    if (value.kind !== 'call' || value.callee.kind !== 'member' || value.callee.property !== 'transactional')
      return false;
    return contains(value.span, span) && (value === site.value || value.args.some((arg) => contains(arg.span, span)));
  });
  return call === undefined ? undefined : `${file.path}:${call.ref.value.span.start}`;
};

const begun = (flow: Flow, site: Ref): string | undefined => {
  const ends = flow.actions(flow.functionOf(site), site).flatMap(({ ref }) => {
    const { value } = ref;
    if (value.kind !== 'call' || value.callee.kind !== 'member') return [];
    const { property } = value.callee;
    return property === 'begin' || property === 'commit' || property === 'rollback' ? [{ ref, property }] : [];
  });
  const last = ends.at(-1);
  return last?.property === 'begin' ? `${site.file.path}:${last.ref.value.span.start}` : undefined;
};

const marked = (flow: Flow, site: Ref): string | undefined => {
  const { file, function: func } = flow.functionOf(site);
  const is = func.decorators.some((value) => {
    const { root } = flow.chain({ value, file });
    return root.kind === 'package' && isMikro(root.module) && root.name === 'Transactional';
  });
  return is ? `${file.path}:${func.span.start}` : undefined;
};
