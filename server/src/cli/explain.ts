import fs from 'node:fs';
import path from 'node:path';
import { type Explained, explanationText, ruleText } from '../report/explanation';
import { publicRoute } from '../report/inventory';
import { oneLine, printableJson } from '../report/printable';
import { places } from '../report/report';
import type { Engine } from './engine';
import { type Shell, type Status, status, UsageError } from './shell';
import { checkWhere, whereOf } from './workspace';

export interface ExplainOptions {
  readonly config?: string;
  readonly format: 'pretty' | 'json';
  readonly batch?: boolean;
}

/** A rule's page, the statements at a line, or a text of SQL: whichever the argument is. */
export async function explain(shell: Shell, what: string | undefined, options: ExplainOptions): Promise<Status> {
  if (options.batch) {
    if (what !== undefined) throw new UsageError('explain --batch reads its statements from standard input');
    return (await import('./batch')).batch(shell);
  }
  if (what === undefined) throw new UsageError('explain what? "SQL", FILE:LINE, a rule, or --batch');
  const engine = await shell.engine();
  const rule = engine.rules.get(what);
  if (rule) {
    shell.out(options.format === 'json' ? print({ id: what, ...rule }) : ruleText(what, rule));
    return status.clean;
  }
  const at = /^(.+?):(\d+)(?::\d+)?$/.exec(what);
  const file = at?.[1] === undefined ? undefined : path.resolve(shell.cwd, at[1]);
  if (file && at && fs.existsSync(file)) return explainLine(shell, engine, file, Number(at[2]), options);
  if (/^[\w./-]+(?::\d+)?$/.test(what)) throw new UsageError(unknownName(what, engine));
  return explainSql(shell, engine, what, options);
}

function unknownName(what: string, engine: Engine): string {
  if (/[./]|:\d+$/.test(what)) return `no such file: ${oneLine(what)} (explain takes FILE:LINE)`;
  const known = [...engine.rules.keys()].sort().join(', ');
  return `no rule ${oneLine(what)}; the rules are ${known}`;
}

async function explainSql(shell: Shell, engine: Engine, sql: string, options: ExplainOptions): Promise<Status> {
  const { root, configFile } = whereOf(shell, [], options.config);
  const against = { platform: shell.platform, root, ...(configFile === undefined ? {} : { configFile }) };
  const { statements, error } = await engine.explain(sql, against);
  if (error !== undefined) throw new UsageError(error);
  if (options.format === 'json') {
    shell.out(print(statements.map((each) => ({ ...each, route: publicRoute(each.route) }))));
  } else shell.out(explanationText(statements));
  return status.clean;
}

async function explainLine(
  shell: Shell,
  engine: Engine,
  file: string,
  line: number,
  options: ExplainOptions,
): Promise<Status> {
  const checked = await checkWhere(shell, engine, whereOf(shell, [file], options.config));
  const { path: nameOf, range } = places(checked, shell.cwd);
  const here = checked.inventory.filter((item) => {
    const { start, end } = range(item.file, item.span);
    return path.resolve(item.file) === file && start.line <= line && line <= end.line;
  });
  if (here.length === 0) throw new UsageError(`no statement at ${oneLine(nameOf(file))}:${line}`);
  const explained = here.map((item): Explained => {
    const { start } = range(item.file, item.nameSpan);
    return { sql: item.sql, route: item.route, place: `${oneLine(nameOf(item.file))}:${start.line}:${start.column}` };
  });
  shell.out(
    options.format === 'json'
      ? print(explained.map((each) => ({ ...each, route: publicRoute(each.route) })))
      : explanationText(explained),
  );
  return status.clean;
}

const print = (value: unknown): string => `${printableJson(value, 2)}\n`;
