/** In which transaction something is done. */
import type { Chain, Flow, Ref } from '../../flow/flow';
import { isTransaction } from './handle';

const begun = /^(?:transaction|startTransaction)$/;

/** Undefined outside of transactions, and where the caller may or may not have one. */
export const transactionOf = (flow: Flow, handle: Ref): string | undefined => {
  const ids = flow.chains(handle).map((chain) => idOf(flow, chain));
  // A helper that begins one where the caller has none: a transaction either way.
  return ids.every((id) => id !== undefined) ? ids.at(-1) : undefined;
};

const idOf = (flow: Flow, chain: Chain): string | undefined => {
  const { root, steps } = chain;
  const typed = isTransaction(root) && steps[0]?.kind === 'instance';
  const said = steps.some((step, i) => {
    const before = steps[i - 1];
    return (
      (step.kind === 'call' && begun.test(step.name)) ||
      (step.kind === 'callback' && before?.kind === 'call' && /transaction/i.test(before.name))
    );
  });
  if (!typed && !said) return undefined;
  // `flow` takes the last step for what is sent.
  const last = steps.at(-1);
  const extended = last === undefined ? chain : { ...chain, steps: [...steps, last] };
  const id = flow.transaction(
    extended,
    ['execute', 'startTransaction', 'transaction', 'withTransaction'],
    isTransaction,
  );
  // Begun by a helper: each call of it has its own.
  const via = chain.via.find(({ args, file }) => args !== undefined && file === flow.file);
  return id === undefined || via === undefined ? id : `${via.file.path}:${via.span.start}`;
};
