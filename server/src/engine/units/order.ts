/** What happens before what, beyond the order in which it stands. */
import type { Turn } from '../../flow/course';
import type { FileIndex } from '../../flow/fileIndex';
import { meetingOf } from '../../flow/meeting';
import type { HostFile } from '../../hosts/host';
import type { Meeting } from '../../rules/unit';
import { contains, type Location } from '../../text/span';
import type { Extent } from './extents';
import type { FileAct } from './fileActs';

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

/** Loops around the beginning of a transaction: `own` leads from its function to something inside of it. */
export const loopsBefore = (outer: readonly Turn[], own: readonly Turn[], { file, call }: Extent): readonly string[] =>
  [...outer, ...own.filter(({ id }) => (startIn(file, id) ?? call.span.start) < call.span.start)].flatMap(
    ({ id, repeats }) => (repeats ? [id] : []),
  );

/** A turn's id is its file and where it begins. */
const startIn = (file: string, id: string): number | undefined =>
  id.startsWith(`${file}:`) ? Number(id.slice(file.length + 1)) : undefined;

/** A call on the way to an act, or its own, and the file that it stands in. */
export type Step = readonly [host: HostFile, site: FileAct['site']];

/** As the function sees it in which the ways to both of them part. */
export function meetingIn(
  earlier: readonly Step[],
  later: readonly Step[],
  indexOf: (host: HostFile) => FileIndex,
): Meeting {
  const at = earlier.findIndex(([, site], i) => site !== later[i]?.[1]);
  const [[host, from], [, to]] = [earlier[at] ?? [], later[at] ?? []];
  return host && from && to ? meetingOf(indexOf(host), from, to, at === earlier.length - 1) : 'after';
}
