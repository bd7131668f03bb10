/** GitLab's `db/docs/*.yml`: one file a table, with the column that says whose rows they are. */
import { defineImporter } from '../importer';
import type { MapProblem, ShardTable } from '../model';
import { child, entriesOf, entryOf, type Node, textOf } from '../positioned/node';
import { readYaml } from '../positioned/yaml';
import { declared, nothing } from './declared';

export default defineImporter({
  id: 'gitlab-docs',
  title: 'Table documentation in db/docs',
  page: {
    notRead:
      'Tables whose key is one of several columns, and keys that are only desired: both are reported, and shard nothing. `db/gitlab_schemas`.',
    sources: ['https://docs.gitlab.com/development/organization/sharding/'],
  },
  files: ['**/db/docs/**/*.{yml,yaml}'],
  accepts: ({ text }) => /^table_name:/m.test(text) && /^(?:desired_)?sharding_key:/m.test(text),
  implies: { dialect: 'postgresql', router: 'generic' },
  import(files) {
    const problems: MapProblem[] = [];
    const tables: ShardTable[] = [];
    for (const { path, text } of files) {
      const read = readYaml(path, text);
      problems.push(...read.problems);
      const name = child(read.node, 'table_name');
      const table = textOf(name);
      const given = entryOf(read.node, 'sharding_key');
      const desired = entryOf(read.node, 'desired_sharding_key');
      if (!name || table === undefined) continue;
      // What is only wished for is a column that may not be there yet.
      if (!given) {
        if (!desired) continue;
        const columns = entriesOf(desired.value).map(({ key }) => key);
        const message = `\`${table}\` is to be sharded by ${columns.join(', ')}, but is not yet.`;
        problems.push({ at: desired.keyAt, severity: 'information', code: 'desired-key', message });
        continue;
      }
      const columns = entriesOf(given.value);
      const [first, ...others] = columns;
      if (!first) {
        const message = 'A sharding key names its column and the table that the column refers to.';
        problems.push({ at: given.keyAt, severity: 'error', code: 'missing-key', message });
      } else if (others.length > 0) {
        const names = columns.map(({ key }) => key).join(', ');
        const message = `One of ${names} is set in each row of \`${table}\`: which shard holds it, no single column says.`;
        problems.push({ at: given.keyAt, severity: 'information', code: 'alternative-keys', message });
      } else {
        const facts = { shardKey: [first.key], group: rootOf(first.value) ?? table, groupGiven: true };
        tables.push(declared([table], 'sharded', name.at, facts));
      }
    }
    return { ...nothing, tables, problems };
  },
});

/** `project_id: projects`, or `project_id: { references: projects }`: rows of one root lie together. */
const rootOf = (node: Node): string | undefined => textOf(node) ?? textOf(child(node, 'references'));
