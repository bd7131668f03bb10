/** The configuration that governs a file, as YAML in which each value is followed by where it comes from. */
import { relativeTo } from '../platform/paths';
import { findColumn } from '../schema/model';
import { schemaTable } from '../shards/enrich';
import type { Written } from '../shards/load';
import type { ShardTable } from '../shards/model';
import { child, type MapNode, type Node } from '../shards/positioned/node';
import { type LineIndex, positionAt } from '../text/lineIndex';
import type { Location } from '../text/span';

export interface EffectiveConfigContext {
  readonly root: string;
  /** The file that is governed; undefined: the whole folder. */
  readonly path: string | undefined;
  index(file: string): LineIndex | undefined;
}

/** Keys whose values the tables below show in full. */
const shownElsewhere = new Set(['tables', 'extends', 'overrides']);

export function effectiveConfig({ map, schema, node }: Written, context: EffectiveConfigContext): string {
  const origin = (at: Location | undefined): string => {
    if (!at) return 'by default';
    const name = relativeTo(context.root, at.file) ?? at.file;
    const index = context.index(at.file);
    return index ? `${name}:${positionAt(index, at.span.start).line + 1}` : name;
  };
  const name = (path: string): string => relativeTo(context.root, path) || path;
  const lines = [
    `# The shard map ${name(map.file)}${context.path === undefined ? '' : `, as it holds for ${name(context.path)}`}.`,
    '# Behind each value: where it comes from.',
  ];
  const say = (depth: number, text: string, from: string): void => {
    lines.push(`${'  '.repeat(depth)}${text} # ${from.replace(/[\r\n]+/g, ' ')}`);
  };
  const written = (depth: number, key: string, value: Node): void => {
    if (value.kind === 'map' && value.entries.length > 0) {
      lines.push(`${'  '.repeat(depth)}${quoted(key)}:`);
      for (const entry of value.entries) written(depth + 1, entry.key, entry.value);
    } else say(depth, `${quoted(key)}: ${flow(value)}`, origin(value.at));
  };
  const implied = (key: string, value: string): void => {
    if (child(node, key) === undefined)
      say(0, `${key}: ${quoted(value)}`, 'implied by what is imported, or by default');
  };
  for (const entry of node.entries) if (!shownElsewhere.has(entry.key)) written(0, entry.key, entry.value);
  implied('dialect', map.dialect);
  implied('router', map.router.name);
  if (map.tables.length > 0) lines.push('tables:');
  for (const table of map.tables) tableLines(table);
  return `${lines.join('\n')}\n`;

  function tableLines(table: ShardTable): void {
    const key = table.name.join('.');
    const own = ownNode(node, table);
    say(1, `${quoted(key)}:`, origin(table.at));
    const value = (field: string, text: string, otherwise: string): void => {
      const at = child(own, field)?.at;
      say(2, `${field}: ${text}`, at ? origin(at) : otherwise);
    };
    const declared = table.at && table.at.file !== map.file ? origin(table.at) : 'by default';
    value('kind', table.kind, declared);
    if (table.kind === 'sharded') {
      const keyText =
        table.shardKey.length === 1 ? quoted(table.shardKey[0] ?? '') : `[${table.shardKey.map(quoted).join(', ')}]`;
      value('shardKey', keyText, declared);
      value('strategy', table.strategy, declared);
      if (table.shards !== undefined)
        value('shards', String(table.shards), declared === 'by default' ? 'from its database' : declared);
      value(
        'group',
        quoted(table.group),
        table.groupGiven ? declared : 'by default: same database, strategy, shards and key type',
      );
    } else if (table.kind === 'single-shard') value('group', quoted(table.group), declared);
    const inSchema = schemaTable(map, schema, table.name);
    const columns = [...table.columns].filter(([, type]) => type !== '');
    if (columns.length === 0) return;
    lines.push('    columns:');
    for (const [column, type] of columns) {
      const at = child(child(own, 'columns'), column)?.at ?? (inSchema && findColumn(inSchema, column)?.at);
      say(3, `${quoted(column)}: ${quoted(type)}`, at ? origin(at) : declared);
    }
  }
}

/** The table's entry in what was written, under its full or its short name. */
const ownNode = (node: MapNode, { name }: ShardTable): Node | undefined => {
  const tables = child(node, 'tables');
  return child(tables, name.join('.')) ?? child(tables, name.at(-1) ?? '');
};

const plain = /^[A-Za-z_][\w.-]*$/;
const reserved = /^(?:true|false|yes|no|on|off|null|~)$/i;

const quoted = (text: string): string => (plain.test(text) && !reserved.test(text) ? text : JSON.stringify(text));

const scalar = (value: string | number | bigint | boolean | null): string =>
  typeof value === 'string' ? quoted(value) : String(value);

function flow(node: Node): string {
  switch (node.kind) {
    case 'scalar':
      return scalar(node.value);
    case 'list':
      return `[${node.items.map(flow).join(', ')}]`;
    case 'map':
      return node.entries.length === 0
        ? '{}'
        : `{ ${node.entries.map(({ key, value }) => `${quoted(key)}: ${flow(value)}`).join(', ')} }`;
  }
}
