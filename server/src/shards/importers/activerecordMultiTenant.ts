/** The gem activerecord-multi-tenant: `multi_tenant :customer` in a model, the key of its table on Citus. */
import { underscored } from '../../text/english';
import { defineImporter } from '../importer';
import type { MapProblem } from '../model';
import { declared, nothing } from './declared';
import { inheriting, type RubyClass, rubyClasses } from './host/ruby';
import { placed } from './host/text';

const call = /^[ \t]*multi_tenant\b[ \t(]*([^\n)]*)/m;

export default defineImporter({
  id: 'activerecord-multi-tenant',
  title: 'Models of activerecord-multi-tenant',
  page: {
    notRead:
      'Ruby: tenants and keys that are computed, concerns that call `multi_tenant` for a model, table name prefixes. Plurals follow the usual rules of English; other names need `self.table_name`. Calls of `create_distributed_table` in migrations are read by `citus`.',
    sources: ['https://github.com/citusdata/activerecord-multi-tenant'],
  },
  files: ['**/app/models/**/*.rb'],
  accepts: ({ text }) => /^[ \t]*multi_tenant\b/m.test(text),
  implies: { dialect: 'postgresql', router: 'citus' },
  import(files) {
    const problems: MapProblem[] = [];
    const own = (model: RubyClass) => {
      const found = call.exec(model.body);
      if (!found) return undefined;
      const [, tenant, options = ''] = /^:(\w+)\s*(.*)$/.exec(found[1]?.trim() ?? '') ?? [];
      const given = /\bpartition_key(?::|\s*=>)(?:\s*["':](\w+))?/.exec(options);
      const start = model.from + found.index + found[0].search(/\S/);
      return { tenant, given, at: placed(model.file, start, found[0].trim()) };
    };
    const tables = inheriting(rubyClasses(files), own).flatMap(({ model, table, said }) => {
      const { tenant, given, at } = said;
      if (tenant === undefined || (given && given[1] === undefined)) {
        const message = `What \`${model.name}\` is kept apart by is computed, or missing: its key is not known here.`;
        problems.push({ at, severity: 'information', code: 'computed', message });
        return [];
      }
      const shardKey = [underscored(model.name) === tenant ? 'id' : (given?.[1] ?? `${tenant}_id`)];
      return [declared([table], 'sharded', model.at, { shardKey, group: tenant, groupGiven: true })];
    });
    return { ...nothing, tables, problems };
  },
});
