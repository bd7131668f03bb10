/** Rails' horizontal sharding: `connects_to shards: …` says how many databases there are; the program picks one. */
import { underscored } from '../../text/english';
import type { Location } from '../../text/span';
import { defineImporter, type SourceText } from '../importer';
import type { Database, MapProblem } from '../model';
import { entriesOf } from '../positioned/node';
import { readYaml } from '../positioned/yaml';
import { nothing } from './declared';
import { rubyClasses } from './host/ruby';
import { behindBracket, placed } from './host/text';

const call = /\bconnects_to\b[\s(]*shards(?::|\s*=>)\s*/g;
const key = /(?:\w+:(?!:)|:\w+\s*=>|(["'])\w+\1\s*(?::|=>))/.source;
const shard = new RegExp(`${key}\\s*\\{([^{}]*)\\}`, 'g');
const role = new RegExp(`${key}\\s*(?::(\\w+)|(["'])(\\w+)\\3)`, 'g');
/** `**SHARDS`, `Settings.shard => { … }` */
const named = /\*\*|(?<![\w:"'.])[A-Za-z][\w.:]*(?:\([^()]*\))?\s*=>/;

export default defineImporter({
  id: 'rails-shards',
  title: 'Shards of Rails models',
  page: {
    notRead:
      'Which shard holds a row: the program says that. Shards that are computed, `connects_to database:`, `shard_selector`, blocks of `connected_to`.',
    sources: ['https://guides.rubyonrails.org/active_record_multiple_databases.html'],
  },
  files: ['**/app/models/**/*.rb', '**/config/database.yml'],
  accepts: ({ path, text }) => !/\.yml$/.test(path) && /\bconnects_to\b[\s(]*shards\b/.test(text),
  import(files) {
    const problems: MapProblem[] = [];
    const databases: Database[] = [];
    const ruby = files.filter(({ path }) => path.endsWith('.rb'));
    const yaml = files.filter(({ path }) => !path.endsWith('.rb')).map(connections);
    problems.push(...yaml.flatMap((read) => read.problems));
    const configured = yaml.length > 0 ? new Set(yaml.flatMap(({ names }) => names)) : undefined;
    const report = (at: Location, severity: MapProblem['severity'], code: string, message: string): void => {
      problems.push({ at, severity, code, message });
    };
    for (const { file, name, body, from } of rubyClasses(ruby)) {
      for (const { 0: all, index } of body.matchAll(call)) {
        const open = index + all.length;
        const at = placed(file, from + index, all.trimEnd());
        const end = body[open] === '{' ? behindBracket(body, open) : undefined;
        const inner = end === undefined ? '' : body.slice(open + 1, end - 1);
        const found = [...inner.matchAll(shard)];
        const computed = body[open] !== '{' || named.test(inner.replace(shard, ''));
        if (found.length === 0 || computed) {
          const message = computed
            ? `The shards of \`${name}\` are computed: how many there are is not known here.`
            : `The shards of \`${name}\` cannot be read: each is \`name: { writing: :database }\`.`;
          report(at, computed ? 'information' : 'error', computed ? 'computed' : 'bad-value', message);
          continue;
        }
        const message = `The program picks a shard of \`${name}\` by \`connected_to(shard: …)\`: no column says which.`;
        report(at, 'information', 'no-key', message);
        databases.push({ name: underscored(name).replace(/_record$/, ''), servers: found.length, replication: {}, at });
        for (const one of found) {
          const roles = one[2] ?? '';
          const start = from + open + 1 + one.index + one[0].indexOf(roles);
          for (const each of roles.matchAll(role)) {
            const database = each[2] ?? each[4] ?? '';
            if (!configured || configured.has(database)) continue;
            const where = placed(
              file,
              start + each.index + each[0].indexOf(database, each[0].search(/[:\s"]/)),
              database,
            );
            report(where, 'error', 'unknown-database', `\`${database}\` is no database of \`database.yml\`.`);
          }
        }
      }
    }
    return { ...nothing, databases, problems };
  },
});

/** The databases of all environments; what ERB computes is a word like any other. */
function connections({ path, text }: SourceText): {
  readonly names: readonly string[];
  readonly problems: readonly MapProblem[];
} {
  const { node, problems } = readYaml(
    path,
    text.replace(/<%[\s\S]*?%>/g, (erb) => erb.replace(/[^\n]/g, 'x')),
  );
  const names = entriesOf(node).flatMap(({ key, value }) => [
    key,
    ...entriesOf(value).flatMap((entry) => (entry.value.kind === 'map' ? [entry.key] : [])),
  ]);
  return { names, problems };
}
