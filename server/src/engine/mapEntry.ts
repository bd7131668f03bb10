/** Adds entries to a section of a shard map as people write them: to the section that is there, else as a new one at the end. */
import { readJson } from '../shards/positioned/json';
import { entryOf } from '../shards/positioned/node';
import { readYaml } from '../shards/positioned/yaml';
import type { TextEdit } from '../text/edits';

/** Values are JSON, which is YAML too. Undefined where one of them is there, or the text has a form that is not extended. */
export function mapEntries(
  file: string,
  text: string,
  section: string,
  values: Readonly<Record<string, string>>,
): TextEdit | undefined {
  const isJson = /\.jsonc?$/i.test(file);
  const { node } = isJson ? readJson(file, text) : readYaml(file, text);
  if (node.kind !== 'map') return undefined;
  const found = entryOf(node, section);
  const at = (offset: number, inserted: string): TextEdit => ({ span: { start: offset, end: offset }, text: inserted });
  const name = (key: string): string => (isJson || !/^[A-Za-z_][\w.]*$/.test(key) ? JSON.stringify(key) : key);
  const entries = Object.entries(values).map(([key, value]) => `${name(key)}: ${value}`);
  const flow = entries.join(', ');
  if (!found) {
    const lines = entries.map((entry) => `  ${entry}\n`).join('');
    if (!isJson) return at(text.length, `${text === '' || text.endsWith('\n') ? '' : '\n'}${section}:\n${lines}`);
    const last = node.entries.at(-1)?.value.at.span.end;
    return last === undefined ? undefined : at(last, `,\n  ${JSON.stringify(section)}: { ${flow} }`);
  }
  const { value: held } = found;
  if (held.kind !== 'map' || held.entries.some(({ key }) => key in values)) return undefined;
  const [first] = held.entries;
  const { start, end } = held.at.span;
  if (text[start] === '{') {
    if (text[end - 1] !== '}') return undefined;
    const inside = held.entries.at(-1)?.value.at.span.end ?? start + 1;
    return at(inside, first ? `, ${flow}` : ` ${flow} `);
  }
  if (!first) return undefined;
  const line = text.lastIndexOf('\n', first.keyAt.span.start) + 1;
  const indent = /^[ \t]*/.exec(text.slice(line, first.keyAt.span.start))?.[0] ?? '  ';
  return at(end, entries.map((entry) => `\n${indent}${entry}`).join(''));
}

/** Fields that say where rows lie: they are said anew, all others stay as they are. */
const placed = new Set(['kind', 'shardKey', 'strategy', 'shards', 'group', 'levels', 'mapping', 'directory', 'hash']);

/** The entry with these fields, new or in the place of the one that is there. Undefined where that has a form that is not rewritten. */
export function mapChange(
  file: string,
  text: string,
  section: string,
  key: string,
  fields: Readonly<Record<string, string>>,
): TextEdit | undefined {
  const isJson = /\.jsonc?$/i.test(file);
  const { node } = isJson ? readJson(file, text) : readYaml(file, text);
  const written = Object.entries(fields).map(([name, value]) => `${isJson ? JSON.stringify(name) : name}: ${value}`);
  const known = entryOf(entryOf(node, section)?.value, key);
  if (!known) return mapEntries(file, text, section, { [key]: `{ ${written.join(', ')} }` });
  const { value } = known;
  if (value.kind !== 'map') return undefined;
  const kept = value.entries
    .filter((one) => !placed.has(one.key))
    .map((one) => text.slice(one.keyAt.span.start, one.value.at.span.end));
  return kept.some((one) => one.includes('\n'))
    ? undefined
    : { span: value.at.span, text: `{ ${[...written, ...kept].join(', ')} }` };
}
