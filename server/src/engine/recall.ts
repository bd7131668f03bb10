/**
 * A whole check that is kept between runs. It holds as long as every text that had a part in it is the same, and what
 * has changed elsewhere still has none: a file that no library reads and nobody imports may say what it likes.
 */
import { hostOf } from '../hosts';
import { orms } from '../orms';
import type { Orm } from '../orms/orm';
import type { LoadedMap } from '../shards/load';
import type { Files } from './files';
import type { Checked } from './finding';
import { mayBeIn, saidBy } from './said';

/** Where records lie, and how texts are told apart. `load` gives what `save` was handed, or undefined; neither throws. */
export interface Memory {
  hash(text: string): string;
  load(): unknown;
  save(record: unknown): void;
}

export interface Scope {
  readonly files: Files;
  /** What was asked, and all that maps say: texts of maps and declarations among it. */
  readonly question: readonly string[];
  /** Whether a map depends on the file. */
  isDeclaration(path: string): boolean;
}

export function scopeOf(
  files: Files,
  asked: readonly string[],
  maps: readonly LoadedMap[],
  isDeclaration: Scope['isDeclaration'],
): Scope {
  const read = maps.flatMap(({ file, readFiles }) => [file, ...readFiles]);
  const texts = read.map((path) => files.known(path) ?? '');
  return { files, question: [...asked, '', ...read, '', ...texts], isDeclaration };
}

type Kept = Omit<Checked, 'text'>;

interface Remembered {
  readonly format: 1;
  readonly question: string;
  readonly live: readonly string[];
  /** In the order of the listing. */
  readonly texts: readonly { readonly hash: string; readonly matters: boolean }[];
  readonly checked: Kept;
}

export async function recall(memory: Memory, scope: Scope): Promise<Kept | undefined> {
  const record = memory.load() as Partial<Remembered> | undefined;
  if (record?.format !== 1 || !record.texts || !record.live || !record.checked) return undefined;
  const { paths } = scope.files;
  if (record.question !== questionOf(memory, scope) || record.texts.length !== paths.length) return undefined;
  const live = orms.filter(({ id }) => record.live?.includes(id));
  for (const [at, path] of paths.entries()) {
    const text = await scope.files.text(path);
    const before = record.texts[at];
    if (before?.hash === hashOf(memory, text)) continue;
    if (!before || before.matters || text === undefined || matters(scope, path, text, live)) return undefined;
  }
  return record.checked;
}

export async function remember(
  memory: Memory,
  scope: Scope,
  live: readonly Orm[],
  { findings, inventory, coverage }: Kept,
): Promise<void> {
  const texts: Remembered['texts'][number][] = [];
  for (const path of scope.files.paths) {
    const text = await scope.files.text(path);
    texts.push({ hash: hashOf(memory, text), matters: text === undefined || matters(scope, path, text, live) });
  }
  const record: Remembered = {
    format: 1,
    question: questionOf(memory, scope),
    live: live.map(({ id }) => id),
    texts,
    checked: { findings, inventory, coverage },
  };
  memory.save(record);
}

const hashOf = (memory: Memory, text: string | undefined): string => (text === undefined ? '' : memory.hash(text));

const questionOf = (memory: Memory, { files, question }: Scope): string =>
  memory.hash(JSON.stringify([question, files.paths]));

function matters({ files, isDeclaration }: Scope, path: string, text: string, live: readonly Orm[]): boolean {
  const host = hostOf(path);
  if (host === undefined || host.id === 'sql' || files.isParsed(path) || isDeclaration(path)) return true;
  const { names, declares } = saidBy(text);
  return names.length > 0 || declares.length > 0 || mayBeIn(text, live).length > 0;
}
