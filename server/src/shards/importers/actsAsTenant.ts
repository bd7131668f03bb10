/** The gem acts_as_tenant: rows are kept apart by a column of one database, which could be the key. */
import type { Location } from '../../text/span';
import { defineImporter } from '../importer';
import type { KeyCandidate, MapProblem } from '../model';
import { nothing } from './declared';
import { inheriting, type RubyClass, rubyClasses } from './host/ruby';
import { placed } from './host/text';

const call = /^[ \t]*acts_as_tenant\b[ \t(]*([^\n)]*)/m;

export default defineImporter({
  id: 'acts-as-tenant',
  title: 'Models of acts_as_tenant',
  page: {
    notRead:
      'Ruby: tenants that are computed, concerns that call `acts_as_tenant` for a model, tenants `through` a join table. Plurals follow the usual rules of English; other names need `self.table_name`.',
    sources: ['https://github.com/ErwinM/acts_as_tenant'],
  },
  files: ['**/app/models/**/*.rb'],
  accepts: ({ text }) => /^[ \t]*acts_as_tenant\b/m.test(text),
  import(files) {
    const problems: MapProblem[] = [];
    const candidates = inheriting(rubyClasses(files), tenantColumn).flatMap(
      ({ model, table, said }): KeyCandidate[] => {
        if (said.column !== undefined) return [{ name: [table], key: [said.column], from: 'tenant', at: model.at }];
        const message = `No column of \`${table}\` that is known here says whose rows they are.`;
        problems.push({ at: said.at, severity: 'information', code: 'no-column', message });
        return [];
      },
    );
    return { ...nothing, candidates, problems };
  },
});

/** No column where the tenant is found through a join table, or is computed. */
function tenantColumn({
  file,
  from,
  body,
}: RubyClass): { readonly column?: string; readonly at: Location } | undefined {
  const found = call.exec(body);
  if (!found) return undefined;
  const at = placed(file, from + found.index + found[0].search(/\S/), found[0].trim());
  const written = found[1]?.trim() ?? '';
  const key = /\bforeign_key(?::|\s*=>)(?:\s*["':](\w+))?/.exec(written);
  if (/\bthrough(?::|\s*=>)/.test(written) || (key && key[1] === undefined)) return { at };
  if (key?.[1] !== undefined) return { column: key[1], at };
  const tenant = written === '' || /^\w+:/.test(written) ? 'account' : /^:(\w+)/.exec(written)?.[1];
  return { ...(tenant !== undefined && { column: `${tenant}_id` }), at };
}
