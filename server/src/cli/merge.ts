/** One answer from those of several machines: each has findings that no other has. */
import fs from 'node:fs';
import path from 'node:path';
import { parseBaseline, printBaseline } from '../engine/baseline';
import { oneLine } from '../report/printable';
import { type Shell, type Status, status, UsageError } from './shell';
import { writeFile } from './writeFile';

type Json = Readonly<Record<string, unknown>>;

export async function merge(
  shell: Shell,
  names: readonly string[],
  { output }: { readonly output?: string },
): Promise<Status> {
  const texts = names.map((name) => read(shell, name));
  const merged = merging.map((one) => one(texts)).find((text) => text !== undefined);
  if (merged === undefined)
    throw new UsageError('these are not all SARIF, all `check --format json`, or all baselines of this version');
  if (output === undefined) shell.out(merged);
  else writeFile(path.resolve(shell.cwd, output), merged);
  return status.clean;
}

function read({ cwd }: Shell, name: string): string {
  try {
    return fs.readFileSync(path.resolve(cwd, name), 'utf8');
  } catch {
    throw new UsageError(`cannot be read: ${oneLine(name)}`);
  }
}

/** Each answers for texts that are all of its kind. */
const merging: readonly ((texts: readonly string[]) => string | undefined)[] = [baselines, sarif, checks];

function baselines(texts: readonly string[]): string | undefined {
  const all = texts.map(parseBaseline);
  return all.every((one) => one !== undefined) ? printBaseline(all.flat()) : undefined;
}

/** The runs beside each other: each says by its `automationDetails` which part it is. */
function sarif(texts: readonly string[]): string | undefined {
  const logs = texts.map(parsed);
  const [first] = logs;
  const runs = logs.map((log) => (log?.version === '2.1.0' && Array.isArray(log.runs) ? log.runs : undefined));
  return runs.every((one) => one !== undefined) ? print({ ...first, runs: runs.flat() }) : undefined;
}

function checks(texts: readonly string[]): string | undefined {
  const all = texts.map((text) => {
    const { findings, coverage } = parsed(text) ?? {};
    return Array.isArray(findings) && isRecord(coverage) ? { findings, coverage } : undefined;
  });
  if (!all.every((one) => one !== undefined)) return undefined;
  const sum = (name: string): number => all.reduce((total, { coverage }) => total + Number(coverage[name] ?? 0), 0);
  const unread = all.flatMap(({ coverage }) => (Array.isArray(coverage.unread) ? coverage.unread : []));
  const coverage = { statements: sum('statements'), understood: sum('understood'), unknown: sum('unknown'), unread };
  return print({ findings: all.flatMap(({ findings }) => findings), coverage });
}

function parsed(text: string): Json | undefined {
  try {
    const data: unknown = JSON.parse(text);
    return isRecord(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null;

const print = (data: Json): string => `${JSON.stringify(data, null, 2)}\n`;
