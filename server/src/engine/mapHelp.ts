/** What an editor says inside a map file: what may be written, what a word means, where a table is declared. */
import { rules } from '../rules';
import { findTable, type Schema, type Table } from '../schema/model';
import type { Effective } from '../shards/load';
import type { ShardMap, ShardTable } from '../shards/model';
import { hoverAt, type Offered, offeredAt } from '../shards/native/place';
import type { Names } from '../shards/native/spec';
import { tableIndex } from '../shards/resolve';
import { code, plain } from '../text/markdown';
import type { Location, Span } from '../text/span';

export interface Offer {
  readonly label: string;
  readonly kind: 'key' | 'value' | 'name';
  /** One line beside the label. */
  readonly detail: string;
  /** Markdown. */
  readonly doc: string;
  readonly span: Span;
  readonly insert: string;
}

interface Word {
  readonly label: string;
  readonly detail?: string;
  readonly doc?: string;
}

const isJson = (file: string): boolean => /\.jsonc?$/i.test(file);

export function offersAt(file: string, text: string, offset: number, known: Effective | undefined): readonly Offer[] {
  const offered = offeredAt(file, text, offset);
  if (!offered) return [];
  const names = offered.names && known ? namesFor(offered.names, offered.path, known) : [];
  const isKey = offered.names !== undefined && offered.keys.length === 0 && isKeyPlace(file, text, offered);
  const make = (kind: Offer['kind'], asKey: boolean, { label, detail = '', doc = '' }: Word): Offer => {
    const insert = asKey ? keyText(file, text, offered.word, label) : valueText(file, text, offered.word, label);
    return { label, kind, detail, doc, span: offered.word, insert };
  };
  return [
    ...names.map((word) => make('name', isKey, word)),
    ...offered.values
      .filter((value) => !names.some(({ label }) => label === value))
      .map((label) => make('value', false, { label })),
    ...offered.keys.map(({ key, field }) =>
      make('key', true, { label: key, detail: firstSentence(field.doc), doc: field.doc }),
    ),
  ];
}

/** Markdown about the key or the name under the pointer. */
export function describeAt(
  file: string,
  text: string,
  offset: number,
  known: Effective | undefined,
): { readonly span: Span; readonly markdown: string } | undefined {
  const offered = offeredAt(file, text, offset);
  const word = offered && text.slice(offered.word.start, offered.word.end);
  if (offered?.names === 'table' && word && known) {
    const table = tableIndex(known.map, known.schema).find(word.split('.'));
    if (table) return { span: offered.word, markdown: describeTable(table) };
  }
  if (offered?.names === 'rule' && word) {
    const rule = rules.find(({ id }) => id === word);
    if (rule) return { span: offered.word, markdown: `**${rule.id}**: ${rule.meta.summary}\n\n${rule.meta.why}` };
  }
  const hovered = hoverAt(file, text, offset);
  return hovered && { span: hovered.span, markdown: hovered.doc };
}

/** The CREATE TABLE (or whatever declares columns) of the table that is named at an offset of a map. */
export function declarationAt(
  file: string,
  text: string,
  offset: number,
  { map, schema }: Effective,
): readonly Location[] {
  const offered = offeredAt(file, text, offset);
  if (offered?.names !== 'table') return [];
  const name = text.slice(offered.word.start, offered.word.end).split('.');
  const declared = schemaTableOf(map, schema, name)?.at ?? tableIndex(map, schema).find(name)?.at;
  return declared && !(declared.file === file && overlaps(declared.span, offered.word)) ? [declared] : [];
}

const overlaps = (a: Span, b: Span): boolean => a.start <= b.end && b.start <= a.end;

const schemaTableOf = (map: ShardMap, schema: Schema, name: readonly string[]): Table | undefined =>
  findTable(schema, name, map.searchPath) ??
  (map.defaultDatabase === undefined ? undefined : findTable(schema, [map.defaultDatabase, ...name]));

/** "Sharded by `tenant_id` (hash), 32 shards, together with `users`." */
export function describeTable({ name, kind, shardKey, strategy, shards, group, groupGiven }: ShardTable): string {
  const title = `**${plain(name.join('.'))}**`;
  switch (kind) {
    case 'sharded': {
      const key = shardKey.map(code).join(', ');
      const count = shards === undefined ? '' : `, ${shards} shards`;
      return `${title}: sharded by ${key} (${strategy})${count}${groupGiven ? `, group ${code(group)}` : ''}.`;
    }
    case 'reference':
      return `${title}: a copy on every shard.`;
    case 'unsharded':
      return `${title}: in one ordinary database, not on the shards.`;
    case 'single-shard':
      return `${title}: whole on one shard.`;
    case 'view':
      return `${title}: a view; its own query decides.`;
  }
}

const firstSentence = (text: string): string => /^.*?[.:](?=\s|$)/s.exec(text)?.[0].replace(/[.:]$/, '') ?? text;

const mostNames = 500;

function namesFor(names: Names, path: readonly string[], { map, schema }: Effective): readonly Word[] {
  switch (names) {
    case 'table': {
      const here = new Set(
        path[0] === 'tables'
          ? map.tables.filter(({ at }) => at?.file === map.file).map(({ name }) => name.join('.'))
          : [],
      );
      const declared = [...schema.tables.values()].map((table) => ({
        label: shortName(map, table.name),
        detail: `${table.columns.size} columns`,
      }));
      const mapped = map.tables.map(({ name, kind }) => ({ label: shortName(map, name), detail: kind }));
      return unique([...declared, ...mapped]).filter(({ label }) => !here.has(label));
    }
    case 'column':
      return columnsFor(path, map, schema);
    case 'rule':
      return rules.map(({ id, meta }) => ({ label: id, detail: meta.summary, doc: `${meta.why}\n\n${meta.remedy}` }));
    case 'database':
      return map.databases.map(({ name }) => ({ label: name }));
    case 'service':
      return map.services.map(({ name }) => ({ label: name }));
    case 'group':
      return unique(map.tables.filter((table) => table.groupGiven).map(({ group }) => ({ label: group })));
    default:
      return [];
  }
}

function columnsFor(path: readonly string[], map: ShardMap, schema: Schema): readonly Word[] {
  const owner = path[0] === 'tables' && path[1] !== undefined ? path[1].split('.') : undefined;
  if (owner) {
    const declared = schemaTableOf(map, schema, owner);
    const mapped = tableIndex(map, schema).find(owner);
    const columns = declared
      ? [...declared.columns.values()].map(({ name, type }) => ({ label: name, detail: type }))
      : [...(mapped?.columns ?? [])].map(([label, detail]) => ({ label, detail }));
    if (columns.length > 0) return columns;
  }
  const keys = map.tables.flatMap(({ shardKey }) => shardKey.map((label) => ({ label, detail: 'shard key' })));
  const all = [...schema.tables.values()].flatMap(({ columns }) => [...columns.values()]);
  return unique([...keys, ...all.map(({ name, type }) => ({ label: name, detail: type }))]);
}

/** Without a schema that goes without saying. */
const shortName = (map: ShardMap, name: readonly string[]): string => {
  const implied = name.length === 2 && (map.searchPath.includes(name[0] ?? '') || map.defaultDatabase === name[0]);
  return (implied ? name.slice(1) : name).join('.');
};

const unique = (words: readonly Word[]): readonly Word[] =>
  [...new Map([...words].reverse().map((word) => [word.label, word])).values()].reverse().slice(0, mostNames);

/** Names of the user's own are keys where a map's keys are written: under `tables`, under `rules`. */
function isKeyPlace(file: string, text: string, { word }: Offered): boolean {
  const before = text.slice(text.lastIndexOf('\n', word.start - 1) + 1, word.start);
  return isJson(file)
    ? /[{,]\s*"?$/.test(text.slice(0, word.start)) && !/\[[^\]{]*$/.test(before)
    : /^\s*["']?$/.test(before);
}

function keyText(file: string, text: string, word: Span, label: string): string {
  const after = text.slice(word.end);
  if (isJson(file)) {
    const quoted = text[word.start - 1] === '"';
    if (quoted) return after.startsWith('"') ? label : `${label}": `;
    return `"${label}": `;
  }
  return /^["']?[ \t]*:/.test(after) ? label : `${label}: `;
}

function valueText(file: string, text: string, word: Span, label: string): string {
  if (!isJson(file) || text[word.start - 1] === '"' || /^(?:true|false|\d+)$/.test(label)) return label;
  return `"${label}"`;
}
