/** Offers to bind a shard key to a variable of that name that is in scope: shown as unsafe, as only people know that it is the right one. */
import type { Fix } from './finding';
import type { Statement } from './statement';

export interface BindWish {
  readonly table: string;
  readonly alias: string;
  readonly columns: readonly string[];
}

export function bindFixes(_statement: Statement, _wish: BindWish): readonly Fix[] {
  return [];
}
