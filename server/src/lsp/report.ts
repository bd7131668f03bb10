/** The shard report for the editor: a view, or a file; and the tables of the tree. */
import type { CancellationToken, ProgressToken } from 'vscode-languageserver';
import type { Place, ShardReport } from '../advice/shardReport/model';
import { folderOf, joinPath, relativeTo } from '../platform/paths';
import type { Report, ReportParams, TableStatements, TableStatementsParams, Tables } from '../protocol';
import { nameOfClass } from '../report/shardReport/figures';
import { type Markup, markup } from '../report/shardReport/markup';
import { shardReportMd } from '../report/shardReport/md';
import { reportBody, shardReportPage } from '../report/shardReport/page';
import { reportStyle } from '../report/shardReport/style';
import type { RouteClass } from '../routing/routeClass';
import type { Session } from './session';
import { baselinePath } from './shown';
import { breathing } from './timer';
import { pathOf, uriOf } from './uris';

export async function report(session: Session, params: ReportParams, token: CancellationToken): Promise<Report> {
  if (!(await readAll(session, params.workDoneToken, token))) return { text: null, style: '' };
  const target = params.target === null ? undefined : pathOf(params.target);
  const roots = session.folders.flatMap(({ path, analysis }) => (analysis ? [path] : []));
  // Names in the view are relative to the first folder, which says at least where each file lies.
  const from = target === undefined ? roots[0] : folderOf(target);
  const parts = await Promise.all(
    session.folders.map((folder) => {
      const baseline = baselinePath(folder);
      return folder.analysis?.shardReport({
        ...(from !== undefined && { from }),
        ...(baseline !== undefined && { baseline }),
      });
    }),
  );
  const made = parts.flatMap((part) => part ?? []);
  const trend = made.find((one) => one.trend)?.trend;
  const all: ShardReport = { version: 1, maps: made.flatMap(({ maps }) => maps), ...(trend && { trend }) };
  switch (params.format) {
    case 'html':
      return { text: shardReportPage(all), style: '' };
    case 'md':
      return { text: shardReportMd(all), style: '' };
    case 'json':
      return { text: `${JSON.stringify(all, null, 2)}\n`, style: '' };
    case 'view': {
      const linkTo = (place: Place, text: string): Markup =>
        markup`<a href="#" data-uri="${uriOf(joinPath(from ?? '/', place.file))}" data-line="${place.line - 1}" data-column="${place.column - 1}">${text}</a>`;
      return { text: reportBody(all, { linkTo, actions }).markup, style: reportStyle };
    }
  }
}

const actions = markup`<nav class="actions" aria-label="Report">
<button type="button" data-action="refresh">Refresh</button>
<button type="button" data-action="export">Export…</button>
</nav>`;

/** Progress is told at most so often. Milliseconds. */
const reportEvery = 100;

/** Every file of every folder; false where it was cancelled. What was read before costs nothing. */
async function readAll(session: Session, progress: ProgressToken | null, token: CancellationToken): Promise<boolean> {
  const cancelled = (): boolean => token.isCancellationRequested;
  const pause = breathing();
  const work = await Promise.all(
    session.folders.map(async (folder) => {
      const paths = (await folder.analysis?.sources(cancelled)) ?? [];
      return paths.filter((path) => session.folderOf(path) === folder).map((path) => ({ folder, path }));
    }),
  );
  const all = work.flat();
  let told = 0;
  for (const [done, { folder, path }] of all.entries()) {
    if (cancelled()) return false;
    const view = await folder.analysis?.file(path);
    for (const { rule, error } of view?.faults ?? []) session.fault(rule, error);
    if (progress !== null && Date.now() - told >= reportEvery) {
      told = Date.now();
      const percentage = Math.floor((100 * done) / all.length);
      const value = { kind: 'report', percentage, message: `${done} of ${all.length} files` };
      void session.connection.sendNotification('$/progress', { token: progress, value });
    }
    await pause();
  }
  return !cancelled();
}

export async function tables(session: Session): Promise<Tables> {
  const parts = await Promise.all(
    session.folders.map(async ({ path, analysis }) => {
      const maps = (await analysis?.maps()) ?? [];
      const found = maps.length > 0 ? ((await analysis?.tables()) ?? []) : [];
      return { path, maps: maps.length, found, files: maps.length > 0 ? ((await analysis?.totals())?.files ?? 0) : 0 };
    }),
  );
  const sum = (of: (part: (typeof parts)[number]) => number): number =>
    parts.reduce((total, one) => total + of(one), 0);
  const maps = sum((one) => one.maps);
  return {
    maps,
    files: sum((one) => one.files),
    tables: parts.flatMap(({ path, found }) =>
      found.map(({ map, name, kind, key, classes }) => ({
        map: uriOf(map),
        mapName: maps > 1 ? (relativeTo(path, map) ?? map) : null,
        name,
        kind,
        key,
        classes: classes.map((one) => ({ class: one.class, name: nameOfClass(one.class), count: one.count })),
      })),
    ),
  };
}

const mostStatements = 500;

export async function tableStatements(
  session: Session,
  { map, table, class: asked }: TableStatementsParams,
): Promise<TableStatements> {
  const file = pathOf(map);
  const folder = file === undefined ? undefined : session.folderOf(file);
  if (file === undefined || !folder?.analysis) return { statements: [], total: 0 };
  const { analysis } = folder;
  const all = await analysis.tableStatements({ map: file, table, class: asked as RouteClass });
  const statements: TableStatements['statements'][number][] = [];
  for (const one of all.slice(0, mostStatements)) {
    const text = await analysis.text(one.file);
    if (text === undefined) continue;
    statements.push({
      uri: uriOf(one.file),
      range: session.places.range(text, one.span),
      text: one.sql.replace(/\s+/g, ' ').trim().slice(0, 120),
      function: one.function ?? null,
      writes: one.writes,
      why: one.why ?? null,
    });
  }
  return { statements, total: all.length };
}
