/** The shard report of a workspace as far as its files were asked for, and its tables with their statements. */

import { keyedWrites } from '../advice/shardReport/keylessWrites';
import type { ShardReport } from '../advice/shardReport/model';
import { shardReport } from '../advice/shardReport/shardReport';
import { statementsByTable, type TableStatements } from '../advice/shardReport/tables';
import type { Surveyed } from '../advice/survey';
import { pathFrom } from '../platform/paths';
import type { RouteClass } from '../routing/routeClass';
import { classOf } from '../routing/routeClass';
import { readCodeOwners } from '../shards/codeOwners';
import type { ShardTable } from '../shards/model';
import { type LineIndex, lineIndex, positionAt } from '../text/lineIndex';
import type { Span } from '../text/span';
import { parseBaseline } from './baseline';
import type { Finding } from './finding';
import { trendOf } from './trend';
import type { Workspace } from './workspace';

export interface ReportAsk {
  /** Names of files are relative to this folder; the workspace's own by default. */
  readonly from?: string;
  /** A baseline: where it is there, the report has a trend. */
  readonly baseline?: string;
}

export async function workspaceReport(
  workspace: Workspace,
  findings: readonly Finding[],
  { from = workspace.root, baseline }: ReportAsk,
): Promise<ShardReport> {
  const { platform, root } = workspace;
  const shown = findings.filter(({ confidence }) => confidence !== 'guess');
  const written = baseline === undefined ? undefined : await platform.readFile(baseline);
  const accepted = written === undefined ? undefined : parseBaseline(written);
  return shardReport({
    surveys: workspace.surveys(),
    findings: shown,
    nameOf: (file) => pathFrom(from, file),
    rangeOf: rangesIn(workspace),
    owners: await readCodeOwners(platform, root),
    trend: accepted && baseline ? trendOf(pathFrom(from, baseline), shown, accepted) : undefined,
  });
}

/** 1-based, as people count. */
function rangesIn({ files }: Workspace) {
  const indexes = new Map<string, LineIndex | undefined>();
  return (file: string, { start, end }: Span) => {
    if (!indexes.has(file)) {
      const text = files.known(file);
      indexes.set(file, text === undefined ? undefined : lineIndex(text));
    }
    const index = indexes.get(file);
    const at = (offset: number) => {
      const { line, column } = index ? positionAt(index, offset) : { line: 0, column: 0 };
      return { line: line + 1, column: column + 1 };
    };
    return { start: at(start), end: at(end) };
  };
}

/** A table of a map with the number of its statements by where they run. */
export interface TableView {
  /** The map's file. */
  readonly map: string;
  readonly name: string;
  readonly kind: ShardTable['kind'] | 'undeclared';
  readonly key: readonly string[];
  readonly classes: readonly { readonly class: RouteClass; readonly count: number }[];
}

export interface TableStatement {
  readonly file: string;
  readonly span: Span;
  readonly sql: string;
  readonly function: string | undefined;
  readonly writes: boolean;
  readonly why: string | undefined;
}

export const tableViews = (workspace: Workspace): readonly TableView[] =>
  byMap(workspace).flatMap(({ map, tables }) =>
    tables.map((one) => ({
      map,
      name: one.name,
      kind: one.declared?.kind ?? 'undeclared',
      key: one.declared?.shardKey ?? [],
      classes: classOrder.flatMap((name) => {
        const count = statementsOf(one).filter(({ route }) => classOf(route) === name).length;
        return count > 0 ? [{ class: name, count }] : [];
      }),
    })),
  );

/** In the order of files and places. */
export function statementsOfTable(
  workspace: Workspace,
  asked: { readonly map: string; readonly table: string; readonly class: RouteClass },
): readonly TableStatement[] {
  const table = byMap(workspace)
    .find(({ map }) => map === asked.map)
    ?.tables.find(({ name }) => name === asked.table);
  if (!table) return [];
  return statementsOf(table)
    .filter(({ route }) => classOf(route) === asked.class)
    .toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.name.start - b.name.start))
    .map((one) => ({
      file: one.file,
      span: one.name,
      sql: one.sql,
      function: one.function,
      writes: one.writes.includes(asked.table),
      why: one.route.reasons[0]?.text,
    }));
}

/** The most expensive first. */
const classOrder: readonly RouteClass[] = [
  'cross-shard-join',
  'scatter',
  'subset',
  'single',
  'reference',
  'unsharded',
  'unknown-dynamic',
];

const statementsOf = ({ reads, writes }: TableStatements): readonly Surveyed[] => [...new Set([...reads, ...writes])];

interface MapTables {
  readonly map: string;
  readonly tables: readonly TableStatements[];
}

const known = new WeakMap<Workspace, { readonly revision: number; readonly maps: readonly MapTables[] }>();

/** Asked for again with each part of a tree that is opened. */
function byMap(workspace: Workspace): readonly MapTables[] {
  const last = known.get(workspace);
  if (last?.revision === workspace.revision) return last.maps;
  const maps = workspace.surveys().map(({ map, schema, statements }) => {
    const own = statements.filter((one) => one.own);
    return { map: map.file, tables: statementsByTable(own, keyedWrites(map, schema)) };
  });
  known.set(workspace, { revision: workspace.revision, maps });
  return maps;
}
