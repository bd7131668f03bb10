/** Keys that a receiver or a routing statement binds before any predicate is read. */
import { type Domain, point } from './domain';
import type { Pin } from './router';
import type { Rel } from './scope';

/** The pinned value of a table's key column, where one of the pins speaks of that column. */
export function pinDomain(pins: readonly Pin[], rel: Rel, column: string): Domain | undefined {
  if (pins.length === 0 || rel.table?.kind !== 'sharded') return undefined;
  const pin = pins.find((one) => one.column === '*' || one.column.toLowerCase() === column.toLowerCase());
  if (!pin) return undefined;
  // The same ids as those of constants and parameters, so that a predicate on the same value agrees.
  return point(pin.value.startsWith('=') ? { id: pin.value, constant: pin.value.slice(1) } : { id: `$${pin.value}` });
}
