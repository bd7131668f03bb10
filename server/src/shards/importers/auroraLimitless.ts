/**
 * Aurora Limitless: session settings decide what the CREATE TABLE statements behind them make, and procedures convert
 * standard tables later.
 */
import { postgresql } from '../../dialects/postgresql';
import type { Location } from '../../text/span';
import { defineImporter } from '../importer';
import type { ShardTable } from '../model';
import { declared, type Report } from './declared';
import { ddlFacts } from './tableDdl';
import { importDdl, tableName } from './tableDdl/ddlImporter';
import { closing, commaParts, find, follows, type Word } from './words';

const prefix = 'limitless_create_table_';
/** The second spelling is the older one. */
const conversion = /^limitless_(?:alter_table_type|table_alter_type)_(sharded|reference)$/;

export default defineImporter({
  id: 'aurora-limitless',
  title: 'Aurora Limitless tables',
  page: {
    notRead: 'Settings that a client gives when it connects; conversions of a table whose name a program computes.',
    sources: [
      'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/limitless-creating-config.html',
      'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/limitless-converting-standard.html',
    ],
  },
  files: ['**/*.sql'],
  accepts: ({ text }) =>
    /\brds_aurora\s*\.\s*limitless_(?:create_table_|alter_table_type_|table_alter_type_)/i.test(text),
  implies: { dialect: 'postgresql', router: 'aurora-limitless' },
  import: importDdl({ lexical: postgresql.lexical, start }),
});

type Facts = Pick<ShardTable, 'columns' | 'unique'>;

function start(): ReturnType<Parameters<typeof importDdl>[0]['start']> {
  const session = new Map<string, string>();
  /** What `SET LOCAL` says, to the end of the transaction. */
  const local = new Map<string, string>();
  let file = '';
  const setting = (name: string): string | undefined => local.get(name) ?? session.get(name);
  return {
    read(statement, tables, report) {
      const { words, table } = statement;
      // Each file is a session of its own.
      if (statement.file !== file) for (const settings of [session, local]) settings.clear();
      file = statement.file;
      if (follows(words, 0, 'COMMIT|END|ROLLBACK|ABORT') && !follows(words, 1, 'TO')) local.clear();
      const name = words.find(({ text }) => text.startsWith(prefix))?.text.slice(prefix.length);
      if (follows(words, 0, 'SET') && name !== undefined) {
        const value = words.at(-1);
        const settings = follows(words, 1, 'LOCAL') ? local : session;
        // A setting of the session holds at once, inside a transaction too.
        local.delete(name);
        if (value?.keyword === 'DEFAULT') settings.delete(name);
        else if (value) settings.set(name, value.text);
        return undefined;
      }
      if (follows(words, 0, 'RESET|DISCARD'))
        for (const settings of [session, local]) name === undefined ? settings.clear() : settings.delete(name);
      const converted = follows(words, 0, 'CALL|SELECT') ? convert(file, words, tables, report) : undefined;
      if (converted) return converted;
      if (!table || find(table.tail, 'PARTITION OF') >= 0) return undefined;
      const mode = setting('mode') ?? 'standard';
      const { columns = new Map(), unique = [] } = ddlFacts(table);
      const facts = { columns, unique };
      if (mode === 'reference') return declared(table.name, 'reference', table.at, facts);
      if (mode !== 'sharded') return declared(table.name, 'unsharded', table.at, facts);
      const shardKey = arrayOf(setting('shard_key') ?? '');
      if (shardKey.length === 0) {
        const message = `\`${table.name.join('.')}\` is made in sharded mode, but no shard key is set.`;
        report(table.at, 'error', 'missing-key', message);
        return undefined;
      }
      return sharded(table.name, table.at, facts, shardKey, setting('collocate_with'), tables, report);
    },
  };
}

/** `CALL rds_aurora.limitless_alter_table_type_sharded('public.items', ARRAY['id'], 'public.orders')` */
function convert(
  file: string,
  words: readonly Word[],
  tables: ReadonlyMap<string, ShardTable>,
  report: Report,
): ShardTable | undefined {
  const called = words.findIndex(({ text }) => conversion.test(text));
  if (called < 0 || words[called + 1]?.text !== '(') return undefined;
  const args = commaParts(words.slice(called + 2, closing(words, called + 1)));
  const [[written] = [], key = [], [near] = []] = args;
  if (written?.kind !== 'string') return undefined;
  const known = tableCalled(written.text, tables);
  const name = known?.name ?? written.text.split('.').map((part) => part.replace(/^"(.*)"$/, '$1'));
  const at = { file, span: { start: written.start, end: written.end } };
  const facts = { columns: known?.columns ?? new Map(), unique: known?.unique ?? [] };
  if (words[called]?.text.endsWith('reference')) return declared(name, 'reference', at, facts);
  const texts = key.filter(({ kind }) => kind === 'string').map(({ text }) => text);
  const [literal] = texts;
  const shardKey = key.length === 1 && literal?.startsWith('{') ? arrayOf(literal) : texts;
  if (shardKey.length === 0) {
    report(at, 'error', 'missing-key', `\`${written.text}\` is sharded by no column.`);
    return undefined;
  }
  return sharded(name, at, facts, shardKey, near?.kind === 'string' ? near.text : undefined, tables, report);
}

function sharded(
  name: readonly string[],
  at: Location,
  facts: Facts,
  shardKey: readonly string[],
  near: string | undefined,
  tables: ReadonlyMap<string, ShardTable>,
  report: Report,
): ShardTable {
  const title = name.join('.');
  const absent = shardKey.find((key) => !facts.columns.has(key));
  if (absent !== undefined && facts.columns.size > 0) {
    report(at, 'error', 'unknown-column', `The shard key \`${absent}\` is no column of \`${title}\`.`);
  }
  const loose = facts.unique.find((unique) => !shardKey.every((key) => unique.includes(key)));
  if (loose) {
    const message = `The key (${loose.join(', ')}) of \`${title}\` must contain the shard key (${shardKey.join(', ')}).`;
    report(at, 'error', 'key-outside-unique', message);
  }
  const other = near ? tableCalled(near, tables) : undefined;
  if (near && other?.kind !== 'sharded') {
    const message = `\`${near}\`, which \`${title}\` is collocated with, is not sharded in these files.`;
    report(at, 'error', 'colocate-with-undistributed', message);
  }
  const together = other?.kind === 'sharded' ? other : undefined;
  if (together && together.shardKey.join() !== shardKey.join()) {
    const message = `\`${title}\` is collocated with \`${near}\`, whose shard key is (${together.shardKey.join(', ')}): it must be the same.`;
    report(at, 'error', 'colocated-key', message);
  }
  return declared(name, 'sharded', at, { ...facts, shardKey, group: together?.group ?? title, groupGiven: true });
}

/** A name in a string, with its schema or without: `public` may be left out on either side. */
function tableCalled(written: string, tables: ReadonlyMap<string, ShardTable>): ShardTable | undefined {
  const name = tableName(written.split('.').map((part) => part.replace(/^"(.*)"$/, '$1')));
  return tables.get(name) ?? tables.get(name.replace(/^public\./, '')) ?? tables.get(`public.${name}`);
}

/** `{"id", "shop"}` */
const arrayOf = (written: string): readonly string[] =>
  [...written.matchAll(/"([^"]+)"|[^{},\s"]+/g)].map(([all, quoted]) => quoted ?? all);
