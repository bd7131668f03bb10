/** MongoDB: `sh.shardCollection(…)` in scripts for mongosh, with names and keys written out. */
import type { Location } from '../../text/span';
import { defineImporter } from '../importer';
import type { MapProblem, ShardTable } from '../model';
import { declared, nothing } from './declared';
import { keyPattern } from './mongodb/keyPattern';

/** The shell's helper, and the command that it sends: `adminCommand({ shardCollection: "db.c", key: { … } })`. */
const call =
  /(?:\bsh\.shardCollection\(|\bshardCollection["']?\s*:)\s*(["'`])([^"'`\n]+)\1\s*,\s*(?:["']?key["']?\s*:\s*)?(\{[^{}]*\})/g;

export default defineImporter({
  id: 'mongodb',
  title: 'MongoDB sharding scripts',
  page: {
    notRead:
      "Keys and names that a program computes. Zones, chunk splits and `reshardCollection`. The cluster's own metadata.",
    sources: [
      'https://www.mongodb.com/docs/manual/reference/method/sh.shardCollection/',
      'https://www.mongodb.com/docs/manual/reference/command/shardCollection/',
    ],
  },
  files: ['**/*.{js,mjs,cjs,mongodb}'],
  accepts: ({ text }) => /\bsh\.shardCollection\(|\bshardCollection["']?\s*:/.test(text),
  implies: { dialect: 'mongodb', router: 'mongodb' },
  import(files) {
    const problems: MapProblem[] = [];
    const tables = new Map<string, ShardTable>();
    for (const { path, text } of files) {
      const open = withoutComments(text);
      for (const found of open.matchAll(call)) {
        const [all, quote, namespace = '', key = ''] = found;
        if (quote === '`' && namespace.includes('${')) continue;
        const start = found.index + all.indexOf(namespace);
        const at: Location = { file: path, span: { start, end: start + namespace.length } };
        const dot = namespace.indexOf('.');
        const pattern = keyPattern(path, key);
        if (dot <= 0 || typeof pattern === 'string') {
          const message =
            typeof pattern !== 'string' || dot <= 0 ? 'A collection is named as `database.collection`.' : pattern;
          problems.push({ at, severity: 'error', code: 'bad-value', message });
          continue;
        }
        const name = [namespace.slice(0, dot), namespace.slice(dot + 1)];
        const facts = { ...pattern, group: namespace, groupGiven: true };
        tables.set(namespace, declared(name, 'sharded', at, facts));
      }
    }
    return { ...nothing, tables: [...tables.values()], problems };
  },
});

/** Blanks in their place; a `//` behind a colon is an address. */
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|(?<![:\w"'`])\/\/.*/g, (comment) => comment.replace(/[^\n]/g, ' '));
