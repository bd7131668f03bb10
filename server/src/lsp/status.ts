/** The answer to "why do I see nothing?". */
import type { MapView, Totals } from '../engine/analysis';
import { relativeTo } from '../platform/paths';
import type { Status } from '../protocol';
import type { Folder, Session } from './session';
import { shown } from './shown';
import { pathOf, uriOf } from './uris';

export async function statusOf(session: Session): Promise<Status> {
  const active = session.active === undefined ? undefined : pathOf(session.active);
  const folder = active === undefined ? undefined : session.folderOf(active);
  const sums = await sumsOf(session);
  const maps = await mapsIn(folder ? [folder] : session.folders);
  const map = folder?.analysis && active !== undefined ? await folder.analysis.mapOf(active) : maps[0]?.map;
  const base: Omit<Status, 'state' | 'message' | 'hint'> = {
    router: map?.router ?? null,
    map: map ? uriOf(map.file) : null,
    tables: map?.tables ?? 0,
    ...sums,
  };
  const say = (state: Status['state'], message: string, hint: string | null = null): Status => ({
    ...base,
    state,
    message,
    hint,
  });
  if (session.starting) return say('starting', 'Reading the shard map');
  const [fault] = session.faults.keys();
  if (session.scanning) return say('scanning', `Scanning: ${understoodText(sums)}`);
  if (session.folders.length === 0) return say('idle', 'No folder is open');
  if ((folder ? [folder] : session.folders).every(({ settings }) => !settings.enable))
    return say('idle', 'Switched off in the settings');
  if (!map && maps.length === 0) return say('idle', 'No shard map in this workspace');
  if (!map) return say('idle', 'No shard map governs this file');
  if (map.errors > 0) return say('problem', `The shard map has ${map.errors} error${map.errors === 1 ? '' : 's'}`);
  if (fault !== undefined) return say('problem', `A bug was caught in ${fault}; the output has the details`);
  const root = folder?.path ?? maps.find((one) => one.map === map)?.folder.path ?? '';
  const by = map.implicit ? `, by ${relativeTo(root, map.file) ?? map.file}` : '';
  return say('ready', `${understoodText(sums)}${by}`, sums.problems > manyProblems ? baselineHint : null);
}

/** More findings than this at once are adopted step by step. */
const manyProblems = 50;
const baselineHint = '*Shardlint: Accept Findings in a Baseline* leaves out what is there today';

type Sums = Pick<Status, 'statements' | 'understood' | 'problems'>;

const understoodText = ({ statements, understood }: Sums): string =>
  statements === 0
    ? 'No queries read yet'
    : `${understood} of ${statements} quer${statements === 1 ? 'y' : 'ies'} understood`;

async function mapsIn(
  folders: readonly Folder[],
): Promise<readonly { readonly folder: Folder; readonly map: MapView }[]> {
  const found = await Promise.all(
    folders.map(async (folder) => ((await folder.analysis?.maps()) ?? []).map((map) => ({ folder, map }))),
  );
  return found.flat();
}

export async function sumsOf(session: Session): Promise<Sums> {
  // All that is known is looked at again when the scan is over, not with every file that it reads.
  if (session.scanning) return { ...session.scanning, problems: session.problems };
  const all = await Promise.all(
    session.folders.map(async (folder): Promise<Sums> => {
      const totals: Totals | undefined = await folder.analysis?.totals();
      return {
        statements: totals?.statements ?? 0,
        understood: totals?.understood ?? 0,
        problems: (await shown(folder, totals?.findings ?? [])).length,
      };
    }),
  );
  const sums = all.reduce(
    (a, b) => ({
      statements: a.statements + b.statements,
      understood: a.understood + b.understood,
      problems: a.problems + b.problems,
    }),
    { statements: 0, understood: 0, problems: 0 },
  );
  session.problems = sums.problems;
  return sums;
}
