/** django-multitenant: models that name the column of their tenant, which is their key on Citus. */
import { defineImporter, type SourceText } from '../importer';
import type { MapProblem } from '../model';
import { declared, nothing } from './declared';
import { blanked, placed } from './host/text';

const opening = /^class[ \t]+(\w+)[ \t]*\(([^()]*)\)[ \t]*:/gm;

export default defineImporter({
  id: 'django-multitenant',
  title: 'Models of django-multitenant',
  page: {
    notRead:
      'Python: keys that are computed, models inside functions or `if`, base classes of other packages. Calls of `create_distributed_table` in migrations are read by `citus`.',
    sources: ['https://github.com/citusdata/django-multitenant/blob/main/docs/source/usage.rst'],
  },
  files: ['**/models.py', '**/models/**/*.py'],
  accepts: ({ text }) => /\bTenantModel(?:Mixin)?\b/.test(text) && /\bdjango_multitenant\b/.test(text),
  implies: { dialect: 'postgresql', router: 'citus' },
  import(files) {
    const problems: MapProblem[] = [];
    const classes = files.flatMap(classesIn);
    const byName = new Map(classes.map((model) => [model.name, model]));
    const parents = (model: PythonClass): readonly PythonClass[] =>
      model.bases.flatMap((base) => byName.get(base) ?? []).filter((parent) => parent !== model);
    const isTenant = (model: PythonClass, depth = 0): boolean =>
      model.bases.some((base) => /^TenantModel(?:Mixin)?$/.test(base)) ||
      (depth < 20 && parents(model).some((parent) => isTenant(parent, depth + 1)));
    const keyOf = (model: PythonClass, depth = 0): Key | undefined =>
      model.key ??
      (depth < 20
        ? parents(model)
            .map((parent) => keyOf(parent, depth + 1))
            .find((key) => key !== undefined)
        : undefined);
    const tables = classes
      .filter((model) => !model.abstract && isTenant(model))
      .flatMap((model) => {
        const key = keyOf(model);
        if (!key) {
          const message = `\`${model.name}\` is a model of a tenant, but no \`tenant_id\` or \`tenant_field_name\` with a plain text is in it.`;
          problems.push({ at: model.at, severity: 'warning', code: 'missing-key', message });
          return [];
        }
        if (key.field === 'tenant_id') {
          const message =
            'The column of a tenant must have another name than `tenant_id`: the library uses that itself.';
          problems.push({ at: key.at, severity: 'warning', code: 'reserved-name', message });
        }
        const table = model.table ?? `${model.app}_${model.name.toLowerCase()}`;
        const shardKey = [columnOf(model, key.field)];
        return [declared([table], 'sharded', model.at, { shardKey, group: 'tenant', groupGiven: true })];
      });
    return { ...nothing, tables, problems };
  },
});

interface Key {
  readonly field: string;
  readonly at: MapProblem['at'];
}

interface PythonClass {
  readonly name: string;
  readonly bases: readonly string[];
  readonly at: MapProblem['at'];
  readonly body: string;
  readonly app: string;
  readonly abstract: boolean;
  readonly table?: string;
  readonly key?: Key;
}

/** Classes at the left edge, each to the next line that is not indented. */
function classesIn({ path, text }: SourceText): readonly PythonClass[] {
  const open = blanked(text, /^[ \t]*#.*|[ \t]#.*/gm);
  const app = /([^/]+)\/models(?:\.py$|\/)/.exec(path)?.[1] ?? '';
  return [...open.matchAll(opening)].map((found): PythonClass => {
    const [all, name = '', listed = ''] = found;
    const from = found.index + all.length;
    const end = open.slice(from).search(/^\S/m);
    const body = open.slice(from, end < 0 ? undefined : from + end);
    const table = option(body, 'db_table');
    const key =
      /^[ \t]+tenant_field_name[ \t]*=[ \t]*["'](\w+)["']/m.exec(body) ??
      /^[ \t]+tenant_id[ \t]*=[ \t]*["'](\w+)["']/m.exec(body);
    const start = key ? from + key.index + key[0].lastIndexOf(key[1] ?? '') : 0;
    return {
      name,
      bases: listed.split(',').map((base) => base.trim().split('.').at(-1) ?? ''),
      at: placed(path, found.index + all.indexOf(name), name),
      body,
      app: option(body, 'app_label') ?? app,
      abstract: /^[ \t]+abstract[ \t]*=[ \t]*True\b/m.test(body),
      ...(table !== undefined && { table }),
      ...(key?.[1] !== undefined && { key: { field: key[1], at: placed(path, start, key[1]) } }),
    };
  });
}

const option = (body: string, name: string): string | undefined =>
  new RegExp(`^[ \\t]+${name}[ \\t]*=[ \\t]*["']([\\w."]+)["']`, 'm').exec(body)?.[1];

/** A field that is a foreign key stands in the column `<field>_id`, or in the one that it names. */
function columnOf({ body }: PythonClass, field: string): string {
  const written = new RegExp(
    `^[ \\t]+${field.replace(/_id$/, '')}[ \\t]*=[ \\t]*[\\w.]*(?:ForeignKey|OneToOneField)\\(([^\\n]*)`,
    'm',
  ).exec(body);
  if (!written) return field;
  return (
    /\bdb_column[ \t]*=[ \t]*["'](\w+)["']/.exec(written[1] ?? '')?.[1] ??
    (field.endsWith('_id') ? field : `${field}_id`)
  );
}
