/** What happens before what, beyond the order in which it stands. */
import type { Turn } from '../../flow/course';
import { contains, type Location } from '../../text/span';

/**
 * One is done by a callback that the other's function is handed: when that calls it lies in its own hands. `calls` are those
 * that were followed, by the id of their turn.
 */
export const isHandedIn = (
  earlier: readonly Turn[],
  later: readonly Turn[],
  calls: ReadonlyMap<string, Location>,
): boolean =>
  later.some(({ id }) => {
    const call = calls.get(id);
    return (
      call !== undefined &&
      earlier.some((turn) => {
        const start = turn.kind === 'callback' ? startIn(call.file, turn.id) : undefined;
        return start !== undefined && contains(call.span, { start, end: start });
      })
    );
  });

/** A turn's id is its file and where it begins. */
const startIn = (file: string, id: string): number | undefined =>
  id.startsWith(`${file}:`) ? Number(id.slice(file.length + 1)) : undefined;
