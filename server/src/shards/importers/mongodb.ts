/** MongoDB: `sh.shardCollection(…)` in scripts for mongosh, with names and keys written out. */
import type { Location } from '../../text/span';
import { defineImporter } from '../importer';
import type { MapProblem, ShardTable } from '../model';
import { entriesOf, scalarOf } from '../positioned/node';
import { readYaml } from '../positioned/yaml';
import { declared, nothing } from './declared';

const call = /\bsh\.shardCollection\(\s*(["'`])([^"'`\n]+)\1\s*,\s*(\{[^{}\n]*\})/g;
const longest = 4000;

export default defineImporter({
  id: 'mongodb',
  title: 'MongoDB sharding scripts',
  files: ['**/*.{js,mjs,cjs,mongodb}'],
  accepts: ({ text }) => /\bsh\.shardCollection\(/.test(text),
  implies: { dialect: 'mongodb', router: 'mongodb' },
  import(files) {
    const problems: MapProblem[] = [];
    const tables = new Map<string, ShardTable>();
    for (const { path, text } of files) {
      const open = withoutComments(text);
      for (const found of open.matchAll(call)) {
        const [all, , namespace = '', key = ''] = found;
        const start = found.index + all.indexOf(namespace);
        const at: Location = { file: path, span: { start, end: start + namespace.length } };
        const dot = namespace.indexOf('.');
        // A key pattern is JavaScript; a flow map of YAML reads the same.
        const read = readYaml(path, key.slice(0, longest));
        const fields = entriesOf(read.node).map((entry) => ({ name: entry.key, how: scalarOf(entry.value) }));
        const wrong = fields.find(({ how }) => how !== 1 && how !== -1 && how !== 'hashed');
        if (dot <= 0 || fields.length === 0 || wrong || read.problems.length > 0) {
          const message =
            dot <= 0
              ? 'A collection is named as `database.collection`.'
              : 'The fields of a shard key are each `1` or `"hashed"`.';
          problems.push({ at, severity: 'error', code: 'bad-value', message });
          continue;
        }
        const hashed = fields.filter(({ how }) => how === 'hashed');
        if (hashed.length > 1) {
          const message = 'Only one field of a shard key can be hashed.';
          problems.push({ at, severity: 'error', code: 'bad-value', message });
          continue;
        }
        const name = [namespace.slice(0, dot), namespace.slice(dot + 1)];
        const facts = {
          shardKey: fields.map((field) => field.name),
          // A hash at the front keeps no order; behind plain fields it is only reached by equality on those.
          strategy: fields[0]?.how === 'hashed' ? ('hash' as const) : ('range' as const),
          group: namespace,
          groupGiven: true,
        };
        tables.set(namespace, declared(name, 'sharded', at, facts));
      }
    }
    return { ...nothing, tables: [...tables.values()], problems };
  },
});

/** Blanks in their place; a `//` behind a colon is an address. */
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|(?<![:\w"'`])\/\/.*/g, (comment) => comment.replace(/[^\n]/g, ' '));
