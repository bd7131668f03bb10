import { baselineOf, compareWithBaseline } from '../engine/baseline';
import type { Finding } from '../engine/finding';
import type { Engine } from './engine';
import { openRevision } from './git';
import type { Shell } from './shell';
import { checkWhere, type Where } from './workspace';

/** Findings that a revision did not have, wherever they stand: a change of the map makes new ones in old files. */
export async function withoutOlder(
  shell: Shell,
  engine: Engine,
  where: Where,
  revision: string,
  findings: readonly Finding[],
): Promise<readonly Finding[]> {
  const { platform, close } = openRevision(where.root, revision, shell.platform);
  try {
    // A revision without a usable map had no findings: all of them are new.
    const older = await checkWhere({ ...shell, err: () => {} }, engine, where, platform).catch(() => undefined);
    return older
      ? compareWithBaseline(
          findings,
          baselineOf(older.findings, (file) => file),
        ).fresh
      : findings;
  } finally {
    close();
  }
}
