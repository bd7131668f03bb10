/** One file: its statements, their routes, and what rules find. */
import { flowOf } from '../flow/createFlow';
import { sitesOf } from '../flow/sites';
import type { HostFile } from '../hosts/host';
import { orms } from '../orms';
import type { Found } from '../orms/orm';
import type { Effective } from '../shards/load';
import { fileKind } from './fileKind';
import type { Files } from './files';
import type { Finding } from './finding';
import { linkFound, linkSqlFile } from './link';
import type { LoadedDialect } from './parsers';
import { readSql } from './readSql';
import { checkStatement, type RuleRun } from './runRules';
import type { Statement } from './statement';
import { type Directive, directivesIn, suppress } from './suppress';

export interface FileResult {
  readonly file: string;
  readonly text: string;
  readonly statements: readonly Statement[];
  readonly findings: readonly Finding[];
  readonly faults: RuleRun['faults'];
  /** Files that were read on the way: a change of one of them changes this result. */
  readonly reads: ReadonlySet<string>;
}

export async function analyzeFile(
  path: string,
  relative: string,
  files: Files,
  effective: Effective,
  dialect: LoadedDialect,
): Promise<FileResult | undefined> {
  const text = await files.text(path);
  if (text === undefined) return undefined;
  if (path.toLowerCase().endsWith('.sql')) return analyzeSql(path, relative, text, effective, dialect);
  if (!files.mayQuery(text)) return { file: path, text, statements: [], findings: [], faults: [], reads: new Set() };
  const host = await files.host(path);
  if (!host) return undefined;
  const { found, reads, faults } = await sends(host, text, files, effective);
  const statements = found.flatMap((one) => linkFound(path, one, { effective, dialect }));
  return finish(
    path,
    relative,
    text,
    statements,
    host.comments.flatMap((comment) => directivesIn(comment.text, comment.span)),
    reads,
    faults,
  );
}

function analyzeSql(
  path: string,
  relative: string,
  text: string,
  effective: Effective,
  dialect: LoadedDialect,
): FileResult {
  const statements = linkSqlFile(path, text, { effective, dialect });
  const directives = readSql(text, dialect, { client: true }).comments.flatMap((comment) =>
    directivesIn(comment.text, comment.span),
  );
  return finish(path, relative, text, statements, directives, new Set(), []);
}

/** How often what is missing may be loaded and the file be linked again: each round reads one import further. */
const rounds = 12;

async function sends(
  host: HostFile,
  text: string,
  files: Files,
  effective: Effective,
): Promise<{ found: readonly Found[]; reads: ReadonlySet<string>; faults: RuleRun['faults'] }> {
  const own = orms.filter((orm) => orm.hosts.includes(host.host) && orm.marker.test(text));
  for (let round = 0; ; round++) {
    const { linker, project } = files.linker();
    project.takeReads();
    const flow = flowOf(linker, host, effective.map.receivers);
    const faults: RuleRun['faults'][number][] = [];
    const found = sitesOf(linker, host).flatMap((site) =>
      own.flatMap((orm) => {
        try {
          return orm.extract(site, flow);
        } catch (error) {
          faults.push({ rule: orm.id, error });
          return [];
        }
      }),
    );
    const reads = project.takeReads();
    if (round >= rounds || !(await files.loadMissing())) return { found, reads, faults };
  }
}

function finish(
  path: string,
  relative: string,
  text: string,
  statements: readonly Statement[],
  directives: readonly Directive[],
  reads: ReadonlySet<string>,
  before: RuleRun['faults'],
): FileResult {
  const kind = fileKind(relative);
  const runs = statements.map((statement) => ({ statement, run: checkStatement(statement, kind) }));
  const starts = new Map<Finding, readonly number[]>();
  for (const { statement, run } of runs)
    for (const finding of run.findings) starts.set(finding, [statement.span.start]);
  const findings = suppress(
    path,
    text,
    runs.flatMap(({ run }) => run.findings),
    directives,
    (finding) => starts.get(finding) ?? [],
  );
  return {
    file: path,
    text,
    statements,
    findings,
    faults: [...before, ...runs.flatMap(({ run }) => run.faults)],
    reads,
  };
}
