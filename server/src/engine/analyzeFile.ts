/** One file: its statements, their routes, and what rules find. */
import { rateOf } from '../advice/traffic';
import { flowOf } from '../flow/createFlow';
import type { Flow } from '../flow/flow';
import { indexOf } from '../flow/linker';
import { indexEdited } from '../flow/project';
import { type Site, sitesOf } from '../flow/sites';
import type { EditedFile } from '../hosts/editedFile';
import type { HostFile } from '../hosts/host';
import type { Found, Orm } from '../orms/orm';
import { folderOf, relativeTo } from '../platform/paths';
import type { Placing } from '../rules/rule';
import unusedSuppression from '../rules/unused-suppression';
import type { Effective } from '../shards/load';
import type { ShardMap } from '../shards/model';
import { readSuppressions, type Suppressions } from '../sql/suppressions';
import { lazyLineIndex } from '../text/lineIndex';
import { contains, type Span } from '../text/span';
import { anchorOf } from './anchor';
import type { Bind, Scope } from './bindFix';
import { fileKind } from './fileKind';
import type { Files } from './files';
import type { Finding } from './finding';
import { namesOf, titleAround } from './functionNames';
import { withKeptRows } from './keptRows';
import { linkFound } from './link';
import { linkSqlFile } from './linkSqlFile';
import type { Models } from './models';
import type { LoadedDialect } from './parsers';
import { placingFor } from './placing';
import type { RuleRun } from './ruleRun';
import { checkStatement, severityOf } from './runRules';
import { mayBeIn } from './said';
import { type Since, spokenIn } from './spoken';
import type { Statement } from './statement';
import { unsuppressed } from './unsuppressed';

export interface FileResult {
  readonly file: string;
  readonly text: string;
  readonly statements: readonly Statement[];
  readonly findings: readonly Finding[];
  readonly faults: RuleRun['faults'];
  readonly suppressions: Suppressions;
  /** Undefined for SQL files, and where no library is used. */
  readonly host: HostFile | undefined;
  /** Files that were read on the way: a change of one of them changes this result. */
  readonly reads: ReadonlySet<string>;
}

export async function analyzeFile(
  path: string,
  relative: string,
  files: Files,
  effective: Effective,
  dialect: LoadedDialect,
  models: Models,
): Promise<FileResult | undefined> {
  const text = await files.text(path);
  if (text === undefined) return undefined;
  const { map } = effective;
  const placing = placingFor(map, files);
  if (path.toLowerCase().endsWith('.sql'))
    return finish(path, relative, text, undefined, linkSqlFile(path, text, { effective, dialect }), map, placing);
  const own = mayBeIn(text, models.live);
  if (own.length === 0) return finish(path, relative, text, undefined, { statements: [], comments: [] }, map, placing);
  const host = await files.host(path);
  if (!host) return undefined;
  const sender: Sender = { text, host, own, linked: () => files.linker() };
  const result = await analyzeSender(path, relative, sender, files, effective, dialect, models);
  return { ...result, reads: new Set([...result.reads, ...files.linker().project.takeReads()]) };
}

/** Code that may send something. */
interface Sender {
  readonly text: string;
  readonly host: HostFile;
  /** Libraries whose calls may stand in it. */
  readonly own: readonly Orm[];
  linked(): ReturnType<Files['linker']>;
  /** Where alone statements are looked for. */
  readonly stretch?: Span;
}

async function analyzeSender(
  path: string,
  relative: string,
  sender: Sender,
  files: Files,
  effective: Effective,
  dialect: LoadedDialect,
  models: Models,
): Promise<FileResult> {
  const { text, host } = sender;
  const { map } = effective;
  const { found, flow, reads, faults } = await sends(sender, files, effective, models);
  const linked = found.map(({ found: one }) => linkFound(path, one, { effective, dialect, host }));
  const sources = new Map(found.map(({ found: one, ...source }) => [one, source]));
  const bind: Bind = (one, key) => {
    const { orm, site } = sources.get(one) ?? {};
    try {
      return orm && site && orm.bind?.(site, flow, models.dataOf(orm), { ...key, text });
    } catch (error) {
      faults.push({ rule: orm?.id ?? '', error });
      return undefined;
    }
  };
  const statements = rated(withKeptRows(linked.flatMap((one) => one.statements)), host, effective, files);
  const comments = [...host.comments.map(({ span }) => span), ...linked.flatMap((one) => one.comments)];
  const read: Read = { statements, comments, reads, faults };
  return finish(path, relative, text, host, read, map, placingFor(map, files), { flow, bind });
}

/** What is found in the stretch of a file that somebody types in; places count in its text. */
export async function analyzeStretch(
  path: string,
  relative: string,
  edited: EditedFile,
  files: Files,
  effective: Effective,
  dialect: LoadedDialect,
  models: Models,
): Promise<Pick<FileResult, 'findings' | 'faults'>> {
  const { file: host, text, stretch } = edited;
  indexEdited(edited);
  const own = mayBeIn(text, models.live);
  const sender: Sender = { text, host, own, linked: () => files.linkerWith(host), stretch };
  const { findings, faults } = await analyzeSender(path, relative, sender, files, effective, dialect, models);
  return { findings: findings.filter(({ span }) => contains(stretch, span)), faults };
}

/** With how often the functions run that statements stand in. */
function rated(
  statements: readonly Statement[],
  host: HostFile,
  { map }: Effective,
  files: Files,
): readonly Statement[] {
  if (statements.length === 0 || Object.keys(map.traffic).length === 0) return statements;
  const names = namesOf(host, indexOf(files.linker().linker, host));
  return statements.map((one) => {
    const file = relativeTo(folderOf(map.file), one.file) ?? one.file;
    const rate = rateOf(map.traffic, file, titleAround(host, one.nameSpan, names));
    return rate === undefined ? one : { ...one, rate };
  });
}

/** How often what is missing may be loaded and the file be linked again: each round reads one import further. */
const rounds = 12;

interface Sends {
  readonly found: readonly { readonly found: Found; readonly orm: Orm; readonly site: Site }[];
  readonly flow: Flow;
  readonly reads: ReadonlySet<string>;
  readonly faults: RuleRun['faults'][number][];
}

async function sends(
  { host, own: orms, linked, stretch }: Sender,
  files: Files,
  effective: Effective,
  models: Models,
): Promise<Sends> {
  const own = orms.filter((orm) => orm.hosts.includes(host.host));
  for (let round = 0; ; round++) {
    const { linker, project } = linked();
    project.takeReads();
    const flow = flowOf(linker, host, effective.map.receivers);
    const faults: RuleRun['faults'][number][] = [];
    const found = sitesOf(linker, host, stretch).flatMap((site) =>
      own.flatMap((orm) => {
        try {
          return orm.extract(site, flow, models.dataOf(orm)).map((one) => ({ found: one, orm, site }));
        } catch (error) {
          faults.push({ rule: orm.id, error });
          return [];
        }
      }),
    );
    const reads = project.takeReads();
    if (round >= rounds || !(await files.loadMissing())) return { found, flow, reads, faults };
  }
}

interface Read {
  readonly statements: readonly Statement[];
  readonly comments: readonly Span[];
  readonly since?: Since;
  readonly reads?: ReadonlySet<string>;
  readonly faults?: RuleRun['faults'];
}

function finish(
  path: string,
  relative: string,
  text: string,
  host: HostFile | undefined,
  { statements, comments, since, reads = new Set(), faults = [] }: Read,
  map: ShardMap,
  placing: Placing,
  scope?: Scope,
): FileResult {
  const kind = fileKind(relative);
  const spoken = spokenIn(statements, since, (one) => checkStatement(one, kind, scope, placing));
  const index = lazyLineIndex(text);
  const suppressions = readSuppressions(index, distinct(comments));
  let by: ReadonlyMap<Finding, Statement> | undefined;
  const starts = (finding: Finding): readonly number[] => {
    by ??= new Map(spoken.flatMap(({ statement, run }) => run.findings.map((one) => [one, statement] as const)));
    const places = [finding.span.start, by.get(finding)?.span.start ?? finding.span.start];
    return host ? [...places, ...places.flatMap((at) => anchorOf(host, at)?.start ?? [])] : places;
  };
  const all = spoken.flatMap(({ run }) => run.findings);
  return {
    file: path,
    text,
    host,
    statements,
    findings: unsuppressed(path, index, all, suppressions, starts, severityOf(unusedSuppression, map, kind)),
    suppressions,
    faults: [...faults, ...spoken.flatMap(({ run }) => run.faults)],
    reads,
  };
}

/** In the order of the text; what two calls send is seen twice. */
const distinct = (comments: readonly Span[]): readonly Span[] =>
  [...new Map(comments.map((span) => [span.start, span])).values()].sort((a, b) => a.start - b.start);
