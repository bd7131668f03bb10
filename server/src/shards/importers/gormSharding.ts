/** GORM's sharding plugin: `sharding.Register(sharding.Config{ShardingKey: "user_id", …}, "orders")`. */
import { plural, underscored } from '../../text/english';
import { defineImporter } from '../importer';
import type { MapProblem, ShardTable } from '../model';
import { declared, lastOfEach, nothing } from './declared';
import { behindBracket, placed, withoutSlashComments } from './host/text';

const call = /\bRegister\(\s*sharding\.Config\s*\{/g;

export default defineImporter({
  id: 'gorm-sharding',
  title: "Tables of GORM's sharding plugin",
  page: {
    notRead:
      'Go: keys, counts and tables that are computed. Where the algorithm places a value. That `PrimaryKeyGenerator` may also find the shard by the primary key.',
    sources: ['https://gorm.io/docs/sharding.html', 'https://github.com/go-gorm/sharding'],
  },
  files: ['**/*.go'],
  accepts: ({ text }) => /\bsharding\.Config\s*\{/.test(text) && /\bShardingKey\b/.test(text),
  implies: { dialect: 'postgresql', router: 'generic' },
  import(files) {
    const problems: MapProblem[] = [];
    const tables: ShardTable[] = [];
    const sources = files.map(({ path, text }) => ({ path, text: withoutSlashComments(text) }));
    const whole = sources.map(({ text }) => text).join('\n');
    for (const { path, text } of sources) {
      for (const { 0: all, index } of text.matchAll(call)) {
        const at = placed(path, index, 'Register');
        const report = (severity: MapProblem['severity'], code: string, message: string): void => {
          problems.push({ at, severity, code, message });
        };
        const open = index + all.length - 1;
        const behind = behindBracket(text, open);
        const end = behindBracket(text, index + 'Register'.length);
        if (behind === undefined || end === undefined) {
          report('error', 'syntax', 'A bracket of this call is open to the end of the file.');
          continue;
        }
        const config = text.slice(open, behind);
        const key = /\bShardingKey:\s*"([^"]+)"/.exec(config)?.[1];
        if (key === undefined) {
          const said = /\bShardingKey\b/.test(config);
          if (said) report('information', 'computed', 'The sharding key is computed: it is not known here.');
          else report('error', 'missing-key', 'This configuration has no sharding key.');
          continue;
        }
        const shards = count(/\bNumberOfShards:\s*(\w+)/.exec(config)?.[1], whole);
        const named = text
          .slice(behind, end - 1)
          .split(',')
          .map((one) => one.trim())
          .filter(Boolean);
        const names = named.flatMap((one) => tableOf(one, whole) ?? []);
        if (names.length < named.length || names.length === 0) {
          report('information', 'computed', 'Not all tables are named here by a text or a struct.');
        }
        for (const name of names) {
          tables.push(
            declared([name], 'sharded', at, {
              shardKey: [key],
              ...(shards !== undefined && { shards }),
              keyRequired: true,
              generated: /\bPrimaryKeyGenerator\b/.test(config) ? ['id'] : [],
            }),
          );
        }
      }
    }
    return { ...nothing, tables: lastOfEach(tables), problems };
  },
});

/** A number, or a constant of these files. */
function count(written: string | undefined, whole: string): number | undefined {
  if (written === undefined || /^\d+$/.test(written)) return written === undefined ? undefined : Number(written);
  const found = new RegExp(`\\b${written}\\b[^=\\n]*=\\s*(\\d+)\\s*$`, 'm').exec(whole)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** `"orders"`, `Notification{}`, `&models.AuditLog{}`; a struct's table has the name that its method gives. */
function tableOf(written: string, whole: string): string | undefined {
  const text = /^"([^"]+)"$/.exec(written)?.[1];
  if (text !== undefined) return text;
  const struct = /^&?(?:\w+\.)?(\w+)\{\s*\}$/.exec(written)?.[1];
  if (struct === undefined) return undefined;
  const method = new RegExp(
    `\\bfunc\\s*\\([^()]*\\b${struct}\\)\\s*TableName\\(\\)\\s*string\\s*\\{\\s*return\\s*"([^"]+)"`,
  );
  return method.exec(whole)?.[1] ?? plural(underscored(struct));
}
