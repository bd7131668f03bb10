/** What an importer made of its files, as short lines, so that tests compare text. */
import type { Imported, SourceText } from '../../server/src/shards/importer';
import type { ShardTable } from '../../server/src/shards/model';

export function printImport(imported: Imported, files: readonly SourceText[]): string {
  const tables = imported.tables.map(printShardTable).sort();
  const problems = imported.problems.map((problem) => {
    const { file, span } = problem.at;
    const text = files.find(({ path }) => path === file)?.text ?? '';
    const line = text.slice(0, span.start).split('\n').length;
    return `${problem.severity} ${problem.code} at ${file}:${line} ${text.slice(span.start, span.end)}: ${problem.message}`;
  });
  return [...tables, ...problems].join('\n');
}

export function printShardTable(table: ShardTable): string {
  const { name, kind, shardKey, strategy, shards, group } = table;
  const parts = [name.join('.'), kind];
  if (kind === 'sharded')
    parts.push(`by ${shardKey.join(', ')}`, strategy, shards === undefined ? '' : `${shards} shards`);
  if (group !== '') parts.push(`group ${group}`);
  return parts.filter((part) => part !== '').join(' · ');
}
