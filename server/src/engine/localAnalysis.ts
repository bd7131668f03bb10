/** The engine in this process, as a language server asks it. */
import { forecast } from '../advice/reshard/forecast';
import type { Platform } from '../platform/platform';
import { tablesOf } from '../query/tables';
import type { LoadedMap, Written } from '../shards/load';
import { tableIndex } from '../shards/resolve';
import { type LineIndex, lineIndex, positionAt } from '../text/lineIndex';
import { spanMover } from '../text/movedSpan';
import type { Location } from '../text/span';
import { advicePageOf } from './advicePages';
import type { Analysis, FileView, MapReport, MapView, StatementView, Totals } from './analysis';
import type { FileResult } from './analyzeFile';
import { isMapName } from './declarations';
import { effectiveConfig } from './effectiveConfig';
import type { Finding } from './finding';
import { declarationAt, describeAt, offersAt } from './mapHelp';
import { otherKeys } from './otherKeys';
import { proposals } from './proposals';
import type { Statement } from './statement';
import { shapeOf } from './statementShape';
import { coverageOf } from './summary';
import { suppressFix } from './suppressFix';
import { Workspace, type WorkspaceOptions } from './workspace';
import { statementsOfTable, tableViews, workspaceReport } from './workspaceReport';

export function localAnalysis(platform: Platform, root: string, options: WorkspaceOptions = {}): Analysis {
  const workspace = new Workspace(platform, root, options);
  const reported = remembered(workspace, () => {
    const made = reports(workspace);
    const texts = new Map(made.map(({ file }) => [file, workspace.files.known(file)] as const));
    last = { revision: workspace.revision, made, texts };
    return made;
  });
  let last: Reported | undefined;
  const units = remembered(workspace, async () => {
    const byFile = new Map<string, Finding[]>();
    for (const one of await workspace.unitFindings(workspace.evidence))
      byFile.set(one.file, [...(byFile.get(one.file) ?? []), one]);
    lastUnits = new Map([...byFile].map(([file, found]) => [file, { found, text: workspace.files.known(file) }]));
    return byFile;
  });
  let lastUnits: ReadonlyMap<string, SaidOf> = new Map();
  const movedAlong = async (path: string, said: SaidOf | undefined): Promise<readonly Finding[]> => {
    if (said?.text === undefined || said.found.length === 0) return [];
    const after = await workspace.files.text(path);
    const moved = after === undefined ? () => undefined : spanMover(said.text, after);
    return said.found.flatMap((one) => {
      const span = moved(one.span);
      return span ? [{ ...one, span }] : [];
    });
  };
  const totals = remembered(workspace, async () =>
    totalsOf(workspace, last?.made ?? reported(), [...(await units()).values()].flat()),
  );
  const views = new WeakMap<FileResult, FileView>();
  const opened = async (): Promise<Workspace> => {
    await workspace.open();
    return workspace;
  };
  const viewOf = (result: FileResult): FileView => {
    const known = views.get(result);
    if (known) return known;
    const { file, text, findings, statements, faults } = result;
    let shown: readonly StatementView[] | undefined;
    const view: FileView = {
      file,
      text,
      findings,
      // Asked for by hover and lenses alone.
      get statements() {
        shown ??= statements.map(statementView);
        return shown;
      },
      faults: faults.map(faultView),
    };
    views.set(result, view);
    return view;
  };
  /** What holds in a map file: the map itself, or one that is built on it. */
  const around = (path: string): Written | undefined => {
    const loaded =
      workspace.loadedMaps.find(({ file }) => file === path) ??
      workspace.loadedMaps.find(({ readFiles }) => readFiles.includes(path));
    return loaded?.forFile(path);
  };
  const isMap = (path: string): boolean => isMapName(path) || path === options.configFile;
  return {
    root,
    maps: async () => (await opened()).loadedMaps.map((one) => mapView(one, options.configFile)),
    mapOf: async (path) => {
      const loaded = (await opened()).mapOf(path);
      return loaded && mapView(loaded, options.configFile);
    },
    setBuffer: (path, text) => workspace.setBuffer(path, text),
    apply: (changes) => workspace.apply(changes),
    isDeclaration: (path) => workspace.isDeclaration(path),
    file: async (path) => {
      const result = await workspace.file(path);
      return result && viewOf(result);
    },
    whileTyping: async (path) => {
      const said = await workspace.whileTyping(path);
      return said && { ...said, faults: said.faults.map(faultView) };
    },
    unitFindings: async (path, asLast = false) =>
      asLast ? movedAlong(path, lastUnits.get(path)) : ((await units()).get(path) ?? []),
    mapReports: async () => {
      await opened();
      return reported();
    },
    standing: async (path) => {
      await opened();
      if (!last) reported();
      const current = last?.revision === workspace.revision;
      const found = last?.made.find(({ file }) => file === path)?.findings ?? [];
      return { findings: await movedAlong(path, { found, text: last?.texts.get(path) }), current };
    },
    text: (path) => workspace.files.text(path),
    totals: async () => {
      await opened();
      return totals();
    },
    sources: (cancelled) => workspace.sources(cancelled),
    suppress: async (path, finding, scope) => {
      const result = await workspace.file(path);
      const edit = result && suppressFix(result, finding, scope);
      return edit && { file: path, ...edit };
    },
    complete: async (path, offset) => {
      await opened();
      const text = isMap(path) ? await workspace.files.text(path) : undefined;
      return text === undefined ? [] : offersAt(path, text, offset, around(path));
    },
    describe: async (path, offset) => {
      await opened();
      const text = isMap(path) ? await workspace.files.text(path) : undefined;
      return text === undefined ? undefined : describeAt(path, text, offset, around(path));
    },
    forecast: async (path, ask) => {
      await opened();
      const loaded = (path === undefined ? undefined : workspace.mapOf(path)) ?? workspace.loadedMaps[0];
      if (!loaded) return undefined;
      const { map, schema } = await workspace.withModels(path === undefined ? loaded : loaded.forFile(path));
      return forecast(map, schema, ask);
    },
    advise: async (ask) => advicePageOf(await opened(), options, ask),
    otherKeys: async (path, offset) => {
      await opened();
      const effective = around(path);
      const text = isMap(path) ? await workspace.files.text(path) : undefined;
      if (text === undefined || !effective) return undefined;
      const index = lineIndex(text);
      return otherKeys(await workspace.withModels(effective), path, offset, (at) => positionAt(index, at).line);
    },
    declaration: async (path, offset): Promise<readonly Location[]> => {
      await opened();
      const effective = around(path);
      const text = isMap(path) ? await workspace.files.text(path) : undefined;
      if (text !== undefined) return effective ? declarationAt(path, text, offset, effective) : [];
      const result = await workspace.file(path);
      const tables = result ? viewOf(result).statements.flatMap((one) => one.tables) : [];
      const found = tables.find(({ span }) => span.start <= offset && offset <= span.end);
      return found?.declared ? [found.declared] : [];
    },
    effectiveConfig: async (path) => {
      const loaded = path === undefined ? (await opened()).loadedMaps[0] : (await opened()).mapOf(path);
      if (!loaded) return undefined;
      const indexes = new Map<string, LineIndex | undefined>();
      const index = (file: string): LineIndex | undefined => {
        if (!indexes.has(file)) {
          const text = workspace.files.known(file);
          indexes.set(file, text === undefined ? undefined : lineIndex(text));
        }
        return indexes.get(file);
      };
      const written = loaded.forFile(path ?? loaded.file);
      return { text: effectiveConfig(written, { root, path, index }), map: loaded.file };
    },
    shardReport: async (ask) => {
      await opened();
      const findings = [...workspace.known, ...reported()].flatMap((one) => one.findings);
      return workspaceReport(workspace, [...findings, ...[...(await units()).values()].flat()], ask);
    },
    tables: async () => tableViews(await opened()),
    tableStatements: async (asked) => statementsOfTable(await opened(), asked),
    proposals: () => proposals(platform, root),
    watched: async () => [...new Set((await opened()).loadedMaps.flatMap(({ readFiles }) => readFiles))],
  };
}

/** Findings in a file, and the text that they speak of. */
interface SaidOf {
  readonly found: readonly Finding[];
  readonly text: string | undefined;
}

/** Reports with the state of the workspace, and the texts, that they speak of. */
interface Reported {
  readonly revision: number;
  readonly made: readonly MapReport[];
  readonly texts: ReadonlyMap<string, string | undefined>;
}

const mapView = ({ file, map, problems }: LoadedMap, configFile: string | undefined): MapView => ({
  file,
  router: map.router.name,
  dialect: map.dialect,
  tables: map.tables.length,
  errors: problems.filter(({ severity }) => severity === 'error').length,
  implicit: !isMapName(file) && file !== configFile,
});

function statementView(one: Statement): StatementView {
  const index = tableIndex(one.effective.map, one.effective.schema);
  const { orm, span, nameSpan, sql, route, place, query, why } = one;
  const tables = query
    ? tablesOf(query).map((ref) => {
        const table = index.find(ref.name.parts);
        const name = (table?.name ?? ref.name.parts).join('.');
        return { name, span: place.toSource(ref.name.span), ...(table?.at ? { declared: table.at } : {}) };
      })
    : [];
  const reasons = route.reasons.map((reason) =>
    reason.span ? { ...reason, span: place.toSource(reason.span) } : reason,
  );
  const shape = shapeOf(one);
  return {
    orm,
    span,
    nameSpan,
    sql,
    ...(shape ? { shape } : {}),
    route: { ...route, reasons },
    confidence: route.confidence,
    tables,
    why,
  };
}

const faultView = ({ rule, error }: FileResult['faults'][number]): FileView['faults'][number] => ({
  rule,
  error: error instanceof Error ? (error.stack ?? error.message) : String(error),
});

function totalsOf(workspace: Workspace, reported: readonly MapReport[], units: readonly Finding[]): Totals {
  const { known } = workspace;
  const { statements, understood, unread } = coverageOf(known.flatMap((one) => one.statements));
  const findings = [...[...known, ...reported].flatMap((one) => one.findings), ...units];
  return { files: known.length, statements, understood, unread, findings };
}

function reports(workspace: Workspace): readonly MapReport[] {
  const problems = workspace.problems;
  const findings = workspace.mapFindings(workspace.evidence);
  const files = new Set([
    ...workspace.mapFiles,
    ...problems.map(({ at }) => at.file),
    ...findings.map(({ file }) => file),
  ]);
  return [...files].map((file) => ({
    file,
    problems: problems.filter(({ at }) => at.file === file),
    findings: findings.filter((one) => one.file === file),
  }));
}

/** Asked for again and again, made once for each state of the workspace. */
function remembered<T>(workspace: Workspace, make: () => T): () => T {
  let last: { readonly revision: number; readonly value: T } | undefined;
  return () => {
    if (last?.revision !== workspace.revision) last = { revision: workspace.revision, value: make() };
    return last.value;
  };
}
