/** Reads every file of the workspace, with progress, until it is done or cancelled. */
import type { CancellationToken, ProgressToken } from 'vscode-languageserver';
import type { Finding } from '../engine/finding';
import type { ScanParams, ScanSummary } from '../protocol';
import type { Folder, Session } from './session';
import { shown } from './shown';
import { breathing } from './timer';
import { pathOf } from './uris';

/** Progress is told at most so often. Milliseconds. */
const reportEvery = 100;
/** How long a scan works until others are heard, if no file takes longer. Milliseconds. */
const scanSlice = 5;

export async function scan(session: Session, params: ScanParams, token: CancellationToken): Promise<ScanSummary> {
  const { connection } = session;
  await session.ready;
  const chosen = params.folders?.map(pathOf);
  const folders = session.folders.filter(({ path }) => !chosen || chosen.includes(path));
  const progress = await progressOn(session, params.workDoneToken);
  // The editor's own button for a progress that we have begun.
  let stopped = false;
  const listening =
    progress === undefined
      ? undefined
      : connection.onNotification('window/workDoneProgress/cancel', (one: { token: ProgressToken }) => {
          if (one.token === progress) stopped = true;
        });
  const cancelled = (): boolean => stopped || token.isCancellationRequested;
  const tell = (value: object): void => {
    if (progress !== undefined) void connection.sendNotification('$/progress', { token: progress, value });
  };
  tell({ kind: 'begin', title: 'Shardlint: scanning the workspace', cancellable: true, percentage: 0 });
  session.scanning = { statements: 0, understood: 0 };
  let [files, statements, understood, problems] = [0, 0, 0, 0];
  try {
    const pause = breathing(scanSlice);
    let told = 0;
    const work = await Promise.all(
      folders.map(async (folder) => {
        const paths = (await folder.analysis?.sources(cancelled)) ?? [];
        // A folder inside another one speaks for itself.
        return paths.filter((path) => session.folderOf(path) === folder).map((path) => ({ folder, path }));
      }),
    );
    const all = work.flat();
    for (const folder of folders) if (!cancelled()) folder.scanned.clear();
    for (const [done, { folder, path }] of all.entries()) {
      if (cancelled()) break;
      const view = await folder.analysis?.file(path);
      if (view) {
        folder.scanned.add(path);
        files += 1;
        statements += view.statements.length;
        understood += view.statements.filter((one) => !one.why && one.route.reach !== 'unknown').length;
        session.scanning = { statements, understood };
        for (const { rule, error } of view.faults) session.fault(rule, error);
      }
      if (performance.now() - told >= reportEvery) {
        told = performance.now();
        tell({
          kind: 'report',
          percentage: Math.floor((100 * done) / all.length),
          message: `${done} of ${all.length} files`,
        });
      }
      await pause();
      await session.calm();
    }
    if (!cancelled()) for (const folder of folders) problems += (await shown(folder, await allIn(folder))).length;
    return { files, statements, understood, problems, cancelled: cancelled() };
  } finally {
    session.scanning = undefined;
    listening?.dispose();
    tell({ kind: 'end', message: `${statements} queries, ${problems} findings` });
  }
}

/** All that is found in the files that were scanned, and in the maps. */
export async function allIn({ analysis, scanned }: Folder): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const path of scanned) {
    findings.push(...((await analysis?.file(path))?.findings ?? []), ...((await analysis?.unitFindings(path)) ?? []));
  }
  for (const report of (await analysis?.mapReports()) ?? []) findings.push(...report.findings);
  return findings;
}

/** The client's token, or one of our own where it lets us show progress. */
async function progressOn(
  { client, connection }: Session,
  given: ProgressToken | null,
): Promise<ProgressToken | undefined> {
  if (given !== null) return given;
  if (!client.progress) return undefined;
  const token = `shardlint-scan-${Date.now()}`;
  try {
    await connection.sendRequest('window/workDoneProgress/create', { token });
    return token;
  } catch {
    return undefined;
  }
}
