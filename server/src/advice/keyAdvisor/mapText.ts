/** The text of a `shardlint.yaml` that declares a design. */
import type { ShardMap, ShardTable } from '../../shards/model';
import { defaultShards } from './design';
import type { Design } from './keyAdvice';

/** The lines under `tables:`, with a comment where a table has something left to do. */
export function tablesText({ family, map }: Pick<Design, 'family' | 'map'>): string {
  const copies = new Map(family.copies.map((one) => [one.table.name, one] as const));
  const lines = map.tables
    .filter(({ kind }) => kind !== 'view')
    .map((table) => {
      const name = table.name.join('.');
      const copy = copies.get(name);
      const note = copy
        ? ` # belongs to \`${copy.from.name}\`: give it a column \`${family.key}\`, then shard it by that`
        : '';
      return { table, line: `  ${plain(name)}: ${entry(table)}${note}`, rank: ranks.indexOf(table.kind) };
    })
    .sort((a, b) => a.rank - b.rank || (a.line < b.line ? -1 : 1));
  return `tables:\n${lines.map(({ line }) => line).join('\n')}\n`;
}

const ranks: readonly ShardTable['kind'][] = ['sharded', 'single-shard', 'reference', 'unsharded', 'view'];

function entry({ kind, shardKey, group, shards = defaultShards }: ShardTable): string {
  const keys = shardKey.map(plain);
  return kind === 'sharded'
    ? `{ shardKey: ${keys.length === 1 ? keys[0] : `[${keys.join(', ')}]`}, group: ${plain(group)}, shards: ${shards} }`
    : `{ kind: ${kind}${kind === 'single-shard' ? `, group: ${plain(group)}` : ''} }`;
}

/** Quoted where YAML would read something else than the name. */
export const plain = (text: string): string =>
  /^[A-Za-z_][\w.$-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);

/** A whole map; `imports` are the declarations that a plan was made from, relative to the folder of the map. */
export function mapText(
  design: Pick<Design, 'family' | 'map'>,
  { dialect, router }: Pick<ShardMap, 'dialect' | 'router'>,
  imports: readonly { readonly importer: string; readonly pattern: string }[],
): string {
  const imported = imports.map(({ importer, pattern }) => `  - ${importer}: ${JSON.stringify(pattern)}\n`).join('');
  return `version: 1
dialect: ${dialect}
router: ${router.name}
${imported === '' ? '' : `import:\n${imported}`}${tablesText(design)}`;
}
