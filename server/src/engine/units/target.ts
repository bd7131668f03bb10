/** Whom a statement asks, by what is handed over on the way to it. */
import type { CallValue, Template, Value } from '../../hosts/host';
import { orms } from '../../orms';
import type { Placed } from '../../rules/rule';
import { receiversOf } from './extents';

/**
 * Of a client that is known by its type alone whoever hands it over says whom it asks: a transaction's handle asks the
 * primary, and what the unit itself is handed its callers know.
 */
export function askedTarget(
  { target, targetByName, orm: id }: Placed,
  site: CallValue | Template,
  transaction: string | undefined,
  isParameter: (value: Value) => boolean,
): Placed['target'] {
  if (target !== 'replica' || targetByName || orms.find((orm) => orm.id === id)?.prefers) return target;
  if (transaction !== undefined) return 'primary';
  const base = receiversOf(site).at(-1);
  return base && isParameter(base) ? 'unknown' : target;
}
