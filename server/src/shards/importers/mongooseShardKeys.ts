/** Mongoose: the `shardKey` option of schemas, with the collection that the schema's model has. */
import { pluralize } from '../../schema/collectionNames';
import type { Location } from '../../text/span';
import { defineImporter } from '../importer';
import type { MapProblem, ShardTable } from '../model';
import { declared, nothing } from './declared';
import { keyPattern } from './mongodb/keyPattern';

interface Source {
  readonly path: string;
  readonly text: string;
  /** Without what stands in strings and comments. */
  readonly plain: string;
}

export default defineImporter({
  id: 'mongoose-shard-keys',
  title: 'Shard keys in Mongoose schemas',
  page: {
    notRead: 'Options and names that a program computes; keys that are set on the cluster only.',
    sources: ['https://mongoosejs.com/docs/guide.html#shardKey'],
  },
  files: ['**/*.{ts,mts,cts,js,mjs,cjs}'],
  accepts: ({ text }) => /\bshardKey\s*:\s*\{/.test(text) && /mongoose|typegoose/.test(text),
  implies: { dialect: 'mongodb', router: 'mongodb' },
  import(files) {
    const problems: MapProblem[] = [];
    const tables = new Map<string, ShardTable>();
    const sources = files.map(({ path, text }): Source => ({ path, text, plain: masked(text) }));
    for (const source of sources)
      for (const found of source.plain.matchAll(/\bshardKey\s*:\s*(\{[^{}]*\})/g)) {
        const at: Location = { file: source.path, span: { start: found.index, end: found.index + 'shardKey'.length } };
        const from = found.index + found[0].length - (found[1]?.length ?? 0);
        const collections = collectionsOf(source, found.index, sources);
        // An object of that name, and no schema's option.
        if (collections === undefined) continue;
        const pattern = keyPattern(source.path, source.text.slice(from, found.index + found[0].length));
        if (typeof pattern === 'string') {
          problems.push({ at, severity: 'error', code: 'bad-value', message: pattern });
          continue;
        }
        if (collections.length === 0) {
          const message = 'No model of this schema is named in a way that can be read: say its collection in `tables`.';
          problems.push({ at, severity: 'warning', code: 'unknown-table', message });
        }
        for (const name of collections)
          tables.set(name, declared([name], 'sharded', at, { ...pattern, group: name, groupGiven: true }));
      }
    return { ...nothing, tables: [...tables.values()], problems };
  },
});

/** Blanks in the place of what strings and comments hold. */
const masked = (text: string): string =>
  text.replace(
    /\/\*[\s\S]*?\*\/|(?<![:\w"'`])\/\/.*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g,
    (part) =>
      /^['"`]/.test(part)
        ? `${part[0]}${part.slice(1, -1).replace(/[^\n]/g, ' ')}${part.at(-1)}`
        : part.replace(/[^\n]/g, ' '),
  );

/** What stands before a place, as far as a declaration reaches. */
const near = (text: string, to: number): string => text.slice(Math.max(0, to - 2000), to);

/** The bracket that holds the place, `step` −1 before and 1 behind it. */
const bracket = (text: string, from: number, step: 1 | -1): number => {
  const [opens, closes] = step === 1 ? ['{[(', '}])'] : ['}])', '{[('];
  let depth = 0;
  for (let i = from; i >= 0 && i < text.length; i += step) {
    const c = text[i] ?? '';
    if (opens.includes(c)) depth++;
    else if (closes.includes(c) && depth-- === 0) return i;
  }
  return -1;
};

const collectionsOf = (source: Source, at: number, sources: readonly Source[]): readonly string[] | undefined => {
  const { text, plain } = source;
  const start = bracket(plain, at - 1, -1);
  const end = bracket(plain, at, 1);
  if (start < 0 || end < 0) return undefined;
  const said = /\bcollection\s*:\s*(['"`])([^'"`\n]+)\1/.exec(text.slice(start, end))?.[2];
  const before = near(plain, start);
  if (/@Schema\(\s*$|\bschemaOptions\s*:\s*$/.test(before)) {
    const name = /\bclass\s+(\w+)/.exec(plain.slice(end))?.[1];
    return said !== undefined ? [said] : name === undefined ? [] : [pluralize(name)];
  }
  // The second argument of `new Schema(…)`.
  const call = bracket(plain, start - 1, -1);
  const head = call < 0 || plain[call] !== '(' ? '' : near(plain, call);
  if (!/\bnew\s+(?:\w+\.)?Schema\s*(?:<[^;]*>)?\s*$/.test(head)) return undefined;
  if (said !== undefined) return [said];
  const made = near(text, call).replace(/new\s+(?:\w+\.)?Schema\s*(?:<[^;]*>)?\s*$/, '');
  const inline = /\bmodel\s*(?:<[^;()]*>)?\(\s*(['"`])(\w+)\1\s*,\s*$/.exec(made)?.[2];
  if (inline !== undefined) return [pluralize(inline)];
  const variable = /\b(?:const|let|var)\s+(\w+)\s*(?::[^=;]*)?=\s*$/.exec(made)?.[1];
  return variable === undefined ? [] : [...new Set(sources.flatMap((one) => modelsOf(one.text, variable)))];
};

/** `model('Order', orderSchema)`, `model('Order', orderSchema, 'orders_v2')`. */
const modelsOf = (text: string, schema: string): readonly string[] =>
  [
    ...text.matchAll(
      /\bmodel\s*(?:<[^;()]*>)?\(\s*(['"`])(\w+)\1\s*,\s*([\w$]+)\s*(?:,\s*(['"`])([^'"`\n]+)\4\s*)?[,)]/g,
    ),
  ].flatMap(([, , name = '', used, , collection]) => (used === schema ? [collection ?? pluralize(name)] : []));
