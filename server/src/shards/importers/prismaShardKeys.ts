/** Prisma schema files: `@shardKey` on a field, `@@shardKey([a, b])` on a model. */
import { defineImporter } from '../importer';
import type { MapProblem, ShardTable } from '../model';
import { declared, nothing } from './declared';

export default defineImporter({
  id: 'prisma-shard-keys',
  title: 'Shard keys in Prisma schemas',
  page: {
    notRead:
      'Which models lie together: Prisma cannot say that, so equal keys are taken to. How many shards there are.',
    sources: [
      'https://www.prisma.io/docs/orm/reference/prisma-schema-reference',
      'https://planetscale.com/docs/vitess/tutorials/using-planetscale-with-prisma',
    ],
  },
  files: ['**/*.prisma'],
  accepts: ({ text }) => /@shardKey\b/.test(text),
  implies: { dialect: 'mysql', router: 'vitess' },
  import(files) {
    const problems: MapProblem[] = [];
    const tables: ShardTable[] = [];
    for (const { path, text } of files) {
      const plain = text.replace(/\/\/.*/g, (comment) => ' '.repeat(comment.length));
      for (const model of plain.matchAll(/^[ \t]*model[ \t]+(\w+)[ \t]*\{([^}]*)\}/gm)) {
        const [all, name = '', body = ''] = model;
        const lines = body.split('\n');
        const start = model.index + all.indexOf(name);
        const at = { file: path, span: { start, end: start + name.length } };
        const columns = new Map<string, string>();
        const marked: string[] = [];
        for (const line of lines) {
          const [, field, rest = ''] = /^\s*(\w+)\s+\w+(.*)$/.exec(line) ?? [];
          if (field === undefined) continue;
          columns.set(field, /@map\(\s*(?:name:\s*)?"([^"]+)"/.exec(rest)?.[1] ?? field);
          if (/@shardKey\b/.test(rest)) marked.push(field);
        }
        const whole = /@@shardKey\(\s*(?:fields:\s*)?\[([^\]]*)\]/.exec(body)?.[1];
        const fields = whole?.split(',').flatMap((field) => field.trim() || []) ?? marked;
        if (fields.length === 0) continue;
        const absent = fields.find((field) => !columns.has(field));
        if (absent !== undefined) {
          const message = `The shard key \`${absent}\` is no field of the model \`${name}\`.`;
          problems.push({ at, severity: 'error', code: 'unknown-column', message });
        }
        if (whole !== undefined && marked.length > 0) {
          const message = `\`${name}\` has \`@shardKey\` and \`@@shardKey\`; the list of the model counts.`;
          problems.push({ at, severity: 'warning', code: 'key-twice', message });
        }
        const table = /@@map\(\s*(?:name:\s*)?"([^"]+)"/.exec(body)?.[1] ?? name;
        const shardKey = fields.map((field) => columns.get(field) ?? field);
        // Prisma cannot say that two models share shards; equal keys are taken to.
        tables.push(declared([table], 'sharded', at, { shardKey }));
      }
    }
    return { ...nothing, tables, problems };
  },
});
