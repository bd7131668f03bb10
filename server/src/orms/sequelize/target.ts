/** Which server of a replicated Sequelize instance is asked. */
import type { Flow, Step } from '../../flow/flow';
import type { TextEdit } from '../../text/edits';
import { isTrue, objectIn, optionIn } from '../build/options';
import type { Found, Operation } from '../orm';
import type { SequelizeData } from './models';

type CallStep = Step & { readonly kind: 'call' };

const reads: ReadonlySet<string> = new Set(['select', 'count', 'aggregate']);

/** With `replication`, reads outside of transactions go to a replica unless `useMaster` is set. */
export const targetOf = (
  flow: Flow,
  { replicated }: SequelizeData,
  step: CallStep,
  operation: Operation,
  inTransaction: boolean,
): Found['target'] => {
  const asked = step.args.map((arg) => optionIn(objectIn(flow, [arg]), 'useMaster')).find((one) => one !== undefined);
  if (asked !== undefined && isTrue(flow, asked)) return 'primary';
  if (!replicated) return 'unknown';
  return reads.has(operation) && !inTransaction ? (asked === undefined ? 'replica' : 'unknown') : 'primary';
};

/** `{ useMaster: true }` among the options of a finder. */
export const onPrimary = (step: CallStep): readonly TextEdit[] => {
  const last = step.args.at(-1)?.value;
  if (step.args.at(-1)?.file !== step.file) return [];
  const { start } = last?.span ?? step.call.span;
  if (last?.kind === 'object') return [{ span: { start: start + 1, end: start + 1 }, text: ' useMaster: true,' }];
  const end = step.call.span.end - 1;
  if (last === undefined) return [{ span: { start: end, end }, text: '{ useMaster: true }' }];
  return /^findByPk/.test(step.name) && step.args.length === 1
    ? [{ span: { start: end, end }, text: ', { useMaster: true }' }]
    : [];
};
