/** Aurora Limitless: session settings decide what the CREATE TABLE statements behind them make. */
import { postgresql } from '../../dialects/postgresql';
import { defineImporter } from '../importer';
import { declared } from './declared';
import { ddlFacts } from './tableDdl';
import { importDdl, tableName } from './tableDdl/ddlImporter';
import { find, follows } from './words';

const prefix = 'limitless_create_table_';

export default defineImporter({
  id: 'aurora-limitless',
  title: 'Aurora Limitless tables',
  page: {
    notRead:
      'Tables that are converted later by `rds_aurora.limitless_alter_table_type_sharded` and its kin; settings that a client gives when it connects.',
    sources: ['https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/limitless-creating.html'],
  },
  files: ['**/*.sql'],
  accepts: ({ text }) => /\brds_aurora\s*\.\s*limitless_create_table_/i.test(text),
  implies: { dialect: 'postgresql', router: 'aurora-limitless' },
  import: importDdl({ lexical: postgresql.lexical, start }),
});

function start(): ReturnType<Parameters<typeof importDdl>[0]['start']> {
  const settings = new Map<string, string>();
  let file = '';
  return {
    read(statement, tables, report) {
      const { words, table } = statement;
      // Each file is a session of its own.
      if (statement.file !== file) settings.clear();
      file = statement.file;
      const name = words.find(({ text }) => text.startsWith(prefix));
      if (follows(words, 0, 'SET') && name) {
        const value = words.at(-1);
        if (value?.keyword === 'DEFAULT') settings.delete(name.text.slice(prefix.length));
        else if (value) settings.set(name.text.slice(prefix.length), value.text);
        return undefined;
      }
      if (follows(words, 0, 'RESET') && name) settings.delete(name.text.slice(prefix.length));
      if (!table || find(table.tail, 'PARTITION OF') >= 0) return undefined;
      const mode = settings.get('mode') ?? 'standard';
      const facts = ddlFacts(table);
      const title = table.name.join('.');
      if (mode === 'reference') return declared(table.name, 'reference', table.at, facts);
      if (mode !== 'sharded') return declared(table.name, 'unsharded', table.at, facts);
      const shardKey = [...(settings.get('shard_key') ?? '').matchAll(/"([^"]+)"|[^{},\s"]+/g)].map(
        ([all, quoted]) => quoted ?? all,
      );
      if (shardKey.length === 0) {
        report(table.at, 'error', 'missing-key', `\`${title}\` is made in sharded mode, but no shard key is set.`);
        return undefined;
      }
      const absent = shardKey.find((key) => !table.columns.some((column) => column.name === key));
      if (absent !== undefined && table.columns.length > 0) {
        report(table.at, 'error', 'unknown-column', `The shard key \`${absent}\` is no column of \`${title}\`.`);
      }
      const loose = facts.unique?.find((unique) => !shardKey.every((key) => unique.includes(key)));
      if (loose) {
        const message = `The key (${loose.join(', ')}) of \`${title}\` must contain the shard key (${shardKey.join(', ')}).`;
        report(table.at, 'error', 'key-outside-unique', message);
      }
      const near = settings.get('collocate_with');
      const other = near ? tables.get(tableName(near.split('.'))) : undefined;
      if (near && other?.kind !== 'sharded') {
        const message = `\`${near}\`, which \`${title}\` is collocated with, is not sharded in these files.`;
        report(table.at, 'error', 'colocate-with-undistributed', message);
      }
      const group = other?.kind === 'sharded' ? other.group : title;
      return declared(table.name, 'sharded', table.at, { ...facts, shardKey, group, groupGiven: true });
    },
  };
}
