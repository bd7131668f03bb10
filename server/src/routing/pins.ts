/** Keys that a receiver or a routing statement binds before any predicate is read. */
import { type Domain, point } from './domain';
import type { Pin } from './router';
import type { Rel } from './scope';

/** The pinned value of a table's key column, where one of the pins speaks of that column. */
export function pinDomain(pins: readonly Pin[], rel: Rel, column: string): Domain | undefined {
  if (pins.length === 0 || rel.table?.kind !== 'sharded') return undefined;
  const id = pinOf(pins, column);
  if (id === undefined) return undefined;
  return point(id.startsWith('=') ? { id, constant: id.slice(1) } : { id });
}

/** The value that is pinned for a column: the same id as that of the constant or parameter in a predicate. */
export function pinOf(pins: readonly Pin[], column: string): string | undefined {
  const pin = pins.find((one) => one.column === '*' || one.column.toLowerCase() === column.toLowerCase());
  return pin && (pin.value.startsWith('=') ? pin.value : `$${pin.value}`);
}
