import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { CheckRequest, CheckResult, Engine, ExplainedStatement, Proposal } from '../../server/src/cli/engine';
import { run } from '../../server/src/cli/run';
import type { Shell } from '../../server/src/cli/shell';
import type { Finding } from '../../server/src/engine/finding';
import { nodePlatform, slashed } from '../../server/src/platform/node';
import type { Route } from '../../server/src/routing/route';
import { reportOptions } from './checked';
import { repository } from './imports';

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own, removed when the process ends. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = slashed(fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-'))));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

export const route = (more: Partial<Route> = {}): Route => ({
  reach: 'scatter',
  crossShard: null,
  refused: null,
  shards: { of: 32 },
  merge: [],
  confidence: 'certain',
  alternatives: [],
  reasons: [{ code: 'unbound', text: 'nothing binds `tenant_id`' }],
  bindings: [],
  ...more,
});

/** An engine that finds the word `scatter` in every file, as a safe fix to `single` and with the severity beside it. */
export function wordEngine(more: Partial<Engine> = {}, result: Partial<CheckResult> = {}): Engine {
  return {
    rules: reportOptions.rules,
    check: async (request) => ({ ...(await findWords(request)), maps: ['/map'], problems: [], ...result }),
    survey: async (request) => ({
      ...(await findWords(request)),
      maps: ['/map'],
      problems: [],
      ...result,
      surveys: [],
    }),
    whatIf: async () => ({ why: 'nothing is known' }),
    explain: async (sql) => ({ statements: [statement(sql)] }),
    proposals: async () => [],
    effective: () => Promise.reject(new Error('no map')),
    capacity: () => Promise.reject(new Error('no facts')),
    ...more,
  };
}

export const statement = (sql: string): ExplainedStatement => ({
  kind: 'select',
  tables: ['orders'],
  route: route(),
  sql,
});

export const proposal = (label: string): Proposal => ({
  label,
  detail: '3 tables',
  text: `# ${label}\n`,
  sharded: 3,
});

async function findWords({ platform, root, paths }: CheckRequest): Promise<CheckResult> {
  const texts = new Map<string, string>();
  const findings: Finding[] = [];
  for (const file of await platform.listFiles(root, { include: ['**/*.sql'] })) {
    if (paths.length > 0 && !paths.some((asked) => file === asked || file.startsWith(`${asked}/`))) continue;
    const text = (await platform.readFile(file)) ?? '';
    texts.set(file, text);
    for (const match of text.matchAll(/scatter(?:-(error|information))?(\?*)( unsafe)?/g)) {
      const span = { start: match.index, end: match.index + match[0].length };
      findings.push({
        rule: 'scatter-query',
        severity: (match[1] ?? 'warning') as Finding['severity'],
        confidence: (['certain', 'likely', 'guess'] as const)[match[2]?.length ?? 0] ?? 'guess',
        message: 'scatters',
        file,
        span,
        related: [],
        fixes: [{ title: 'Make it single', safe: !match[3], edits: [{ file, span, text: 'single' }] }],
        fingerprint: `${file.slice(root.length)}:${match[0]}`,
      });
    }
  }
  const inventory = findings.map(({ file, span }) => ({
    file,
    span,
    nameSpan: span,
    orm: 'sql',
    operation: 'select' as const,
    tables: ['orders'],
    writes: [],
    own: true,
    route: route(),
    target: 'unknown' as const,
    transaction: null,
    confidence: 'certain' as const,
    sql: 'select 1',
    unknown: [],
  }));
  const coverage = { statements: findings.length, understood: findings.length, unknown: 0, unread: [] };
  return { findings, inventory, coverage, text: (file) => texts.get(file), maps: [], problems: [] };
}

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** One command line in a folder, with an engine made for the test. */
export async function shardlint(
  cwd: string,
  argv: readonly string[],
  engine = wordEngine(),
  input: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  more: Partial<Pick<Shell, 'platform' | 'memory'>> = {},
): Promise<Ran> {
  let out = '';
  let err = '';
  const status = await run(
    argv,
    {
      cwd,
      platform: nodePlatform({ assets: path.join(repository, 'node_modules/libpg-query/wasm') }),
      engine: async () => engine,
      color: false,
      width: 100,
      version: '0.1.0',
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      progress: () => {},
      env: (name) => env[name],
      async *input() {
        yield* input;
      },
      ...more,
    },
    () => {
      out += 'server\n';
    },
  );
  return { status, out, err };
}
