import { inventoryJson, inventoryText, unknownText } from '../report/inventory';
import { type Shell, type Status, status } from './shell';
import { checkWhere, whereOf } from './workspace';

export interface QueriesOptions {
  readonly config?: string;
  readonly format: 'pretty' | 'json';
  readonly whyUnknown?: boolean;
}

export async function queries(shell: Shell, args: readonly string[], options: QueriesOptions): Promise<Status> {
  const where = whereOf(shell, args, options.config);
  const checked = await checkWhere(shell, await shell.engine(), where);
  const why = options.whyUnknown === true;
  if (options.format === 'json') shell.out(inventoryJson(checked, where.scanned, why));
  else shell.out(why ? unknownText(checked, shell.cwd) : inventoryText(checked, shell.cwd));
  return status.clean;
}
