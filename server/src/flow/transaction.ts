/** In which transaction a statement runs. */
import type { Chain, Root } from './flow';

export const transactionOf = (
  chain: Chain,
  calls: readonly string[],
  isHandle: ((root: Root) => boolean) | undefined,
): string | undefined => {
  const { steps, root } = chain;
  for (let i = steps.length - 1; i > 0; i--) {
    const [step, before] = [steps[i], steps[i - 1]];
    if (step?.kind === 'callback' && before?.kind === 'call' && calls.includes(before.name)) {
      return `${before.file.path}:${before.span.start}`;
    }
  }
  // `const trx = await db.transaction()`: the call itself is the handle.
  const begun = steps.find((step) => step.kind === 'call' && calls.includes(step.name));
  if (begun !== undefined && begun !== steps[steps.length - 1]) return `${begun.file.path}:${begun.span.start}`;
  const [instance] = steps;
  if (instance?.kind === 'instance' && isHandle?.(root) === true) return `${instance.file.path}:${instance.span.start}`;
  return undefined;
};
