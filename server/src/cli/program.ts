/** The commands and their options. Each command's module is loaded when it runs. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { methods } from '../advice/reshard/methods';
import type { Slice } from '../engine/slice';
import { type CheckOptions, confidences, formats, type ReportCommandOptions, reportFormats } from './options';
import type { Shell, Status } from './shell';
import { valuePolicies } from './stats/values';
import { logFormats } from './workload/format';

export interface Commands {
  /** Runs a command and keeps its exit status. */
  run(command: (shell: Shell) => Promise<Status>): Promise<void>;
  lsp(): void;
}

export function program(version: string, { run, lsp }: Commands): Command {
  const root = new Command('shardlint')
    .description('Says which SQL statements and ORM calls of a workspace leave their shard, why, and what to do.')
    .version(version)
    .showHelpAfterError('(`shardlint --help` lists the commands)')
    .option('--no-color', 'plain text (also: NO_COLOR=1)')
    .option('--no-cache', 'read everything anew, and keep nothing for the next run')
    .addHelpText('after', '\nExit status: 0 clean, 1 findings, 2 unusable arguments or configuration.');
  const command = (name: string, description: string): Command => {
    const made = root
      .command(name)
      .description(description)
      .showHelpAfterError(`(\`shardlint ${name.split(' ')[0]} --help\` lists its options)`);
    return made.option('--config <file>', 'the shard map to use instead of the nearest one');
  };

  command('check', 'findings of the files and folders given, or of the current folder')
    .argument('[paths...]', 'files and folders')
    .addOption(new Option('--format <format>', 'how findings are printed').choices(formats).default('pretty'))
    .addOption(
      new Option('--fail-on <severity>', 'least severity that fails')
        .choices(['error', 'warning', 'information', 'hint'])
        .default('warning'),
    )
    .addOption(
      new Option('--min-confidence <confidence>', 'least confidence that fails')
        .choices(confidences)
        .default('certain'),
    )
    .option('--fix', 'apply the safe fixes')
    .option('--diff', 'print what --fix would change, and change nothing')
    .option('--unsafe-fixes', 'with --fix or --diff: also fixes that may change what a statement does')
    .option('--rule <id...>', 'only findings of these rules, and their fixes')
    .option('--baseline <file>', 'leave out the findings accepted in this file; fail when it is stale')
    .option('--update-baseline', 'write the baseline file, or take what is mended out of it')
    .option('--since <revision>', 'only findings that are new against a git revision')
    .option('--shard <part>', 'one part of the files, such as 2/4; `merge` puts the answers together', slice)
    .action((paths: string[], options: CheckOptions) =>
      run(async (shell) => (await import('./check')).check(shell, paths, options)),
    );

  root
    .command('merge')
    .description('puts what the parts of a check said together: SARIF, JSON, or baselines')
    .argument('<files...>', 'what `check --shard 1/4`, `--shard 2/4` … wrote')
    .option('--output <file>', 'write it there and not to the standard output')
    .action((files: string[], options) => run(async (shell) => (await import('./merge')).merge(shell, files, options)));

  command('queries', 'the inventory: every statement, where it runs')
    .argument('[paths...]', 'files and folders')
    .addOption(new Option('--format <format>', 'how it is printed').choices(['pretty', 'json']).default('pretty'))
    .option('--why-unknown', 'only what could not be understood, and why')
    .action((paths: string[], options) =>
      run(async (shell) => (await import('./queries')).queries(shell, paths, options)),
    );

  command('report', 'the shard report: reads and writes by table and by how many shards they ask')
    .argument('[paths...]', 'files and folders')
    .addOption(new Option('--format <format>', 'how it is printed').choices(reportFormats).default('md'))
    .option('--out <file>', 'write it there instead of printing it')
    .option('--baseline <file>', 'compare with the findings accepted in this file')
    .action((paths: string[], options: ReportCommandOptions) =>
      run(async (shell) => (await import('./report')).report(shell, paths, options)),
    );

  command('explain', 'where a statement runs and why, or what a rule is about')
    .addArgument(new Argument('[what]', '"SQL", FILE:LINE, or the id of a rule'))
    .addOption(new Option('--format <format>', 'how it is printed').choices(['pretty', 'json']).default('pretty'))
    .option('--batch', 'JSON lines {id, sql, config} from standard input, JSON lines {id, statements} out')
    .action((what: string | undefined, options) =>
      run(async (shell) => (await import('./explain')).explain(shell, what, options)),
    );

  command('keys', 'candidate shard keys, ranked over the statements of the workspace; works without a map')
    .argument('[paths...]', 'files and folders')
    .option('--table <table>', 'every key that this table could have')
    .option('--what-if <changes>', 'what `orders=tenant_id` would change: statements and findings before and after')
    .option('--map', 'print a shardlint.yaml with the first choice')
    .addOption(new Option('--format <format>', 'how it is printed').choices(['pretty', 'json', 'md']).default('pretty'))
    .action((paths: string[], options) => run(async (shell) => (await import('./keys')).keys(shell, paths, options)));

  command('federate', 'service cuts along the communities of tables, and all that each cut would break')
    .argument('[paths...]', 'files and folders')
    .option('--map', 'print the proposed `services` alone, as YAML')
    .addOption(new Option('--format <format>', 'how it is printed').choices(['pretty', 'json', 'md']).default('pretty'))
    .action((paths: string[], options) =>
      run(async (shell) => (await import('./federate')).federate(shell, paths, options)),
    );

  command('reshard', 'what moves when servers are added or taken away')
    .option('--table <table>', 'only what this table is placed with')
    .option('--database <database>', 'only the tables of this database')
    .option('--from <servers>', 'servers today, where the map does not say it', positive)
    .option('--to <servers>', 'servers afterwards (default: one more)', positive)
    .option('--virtual-shards <number>', 'virtual shards between keys and servers', positive)
    .addOption(new Option('--strategy <strategy>', 'place rows so, instead of as the map says').choices(methods))
    .option('--points <number>', 'points of each server on the ring of consistent hashing (default: 160)', positive)
    .addOption(new Option('--format <format>', 'how it is printed').choices(['pretty', 'json', 'md']).default('pretty'))
    .action((options) => run(async (shell) => (await import('./reshard')).reshard(shell, options)));

  command('capacity', 'connections that pods can open, against what databases and PgBouncer take')
    .argument('[paths...]', 'files and folders with manifests, settings and code')
    .option('--processes <number>', 'processes in each container', positive)
    .option('--cores <number>', "cores of a machine, where a library's default counts them", positive)
    .option('--ending <number>', 'pods that end during a rollout and still hold their connections', whole)
    .option('--replicas <number>', 'read replicas of each server that every process has a pool for', whole)
    .option('--k6 <files...>', "k6 summaries (--summary-export or handleSummary's), or files of loads")
    .option('--cpu <percent>', "use of the database's processor at the highest load", percent)
    .addOption(new Option('--format <format>', 'how it is printed').choices(['pretty', 'json', 'md']).default('pretty'))
    .action((paths: string[], options) =>
      run(async (shell) => (await import('./capacity')).capacity(shell, paths, options)),
    );

  command('init', 'a first shard map from what the workspace already declares')
    .option('--pick <number>', 'which of several declarations to take', positive)
    .option('--print', 'print it instead of writing shardlint.yaml')
    .action((options) => run(async (shell) => (await import('./init')).init(shell, options)));

  command('stats', 'rows, bytes and values of a live database, as a file to review and commit')
    .requiredOption('--url-env <name>', 'the environment variable that holds the URL: postgres://… or mysql://…')
    .option('--out <file>', 'where it is written; - prints it', 'shardlint.stats.yaml')
    .option('--tables <names...>', 'only these, by name or glob: orders billing.*')
    .addOption(
      new Option('--values <which>', 'most common values: numbers, ids and short lists of words; none; all')
        .choices(valuePolicies)
        .default('safe'),
    )
    .option('--sample <rows>', 'rows to count where MySQL keeps no statistics of a column; 0: none', whole, 10_000)
    .action((options) => run(async (shell) => (await import('./stats')).stats(shell, options)));

  command('verify', 'EXPLAIN of the inventory on your own Citus or vtgate: where its planner disagrees')
    .argument('[paths...]', 'files and folders')
    .requiredOption('--url-env <name>', 'the environment variable that holds the URL: postgres://… or mysql://…')
    .addOption(new Option('--format <format>', 'how it is printed').choices(['pretty', 'json']).default('pretty'))
    .action((paths: string[], options) =>
      run(async (shell) => (await import('./verify')).verify(shell, paths, options)),
    );

  command('workload', 'query logs as statements with their calls, to be committed beside the map')
    .argument(
      '<files...>',
      'pg_stat_statements as CSV or JSON, slow and general logs of MySQL, query logs of vtgate, JSON lines; also .gz',
    )
    .addOption(new Option('--format <format>', 'what the files are').choices(logFormats).default('auto'))
    .option('--out <file>', 'where it is written; - prints it', 'shardlint.workload.jsonl')
    .option('--dialect <dialect>', 'of statements in JSON lines: postgresql, mysql …')
    .option('--period <duration>', 'how long the logs counted, such as 7d: gives calls a second', seconds)
    .action((files: string[], options) =>
      run(async (shell) => (await import('./workload')).workload(shell, files, options)),
    );

  command('lsp', 'the language server, for any editor')
    .option('--stdio', 'speak over standard input and output')
    .action(lsp);
  return root;
}

function seconds(text: string): number {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)(s|m|h|d|w)$/.exec(text.trim()) ?? [];
  const each = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[unit];
  if (count === undefined || each === undefined || Number(count) === 0)
    throw new InvalidArgumentError('It must be a duration such as 30m, 24h or 7d.');
  return Number(count) * each;
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('It must be a number from 0 on.');
  return number;
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('It must be a number from 1 on.');
  return number;
}

function slice(text: string): Slice {
  const [part = 0, of = 0] = /^\d{1,4}\/\d{1,4}$/.test(text) ? text.split('/').map(Number) : [];
  if (part < 1 || part > of) throw new InvalidArgumentError('It must be a part such as 1/4, 2/4, 3/4 or 4/4.');
  return { part, of };
}

function percent(text: string): number {
  const number = Number(text.replace(/\s*%$/, ''));
  if (text.trim() === '' || !(number >= 0 && number <= 100))
    throw new InvalidArgumentError('It must be a percentage from 0 to 100.');
  return number;
}
