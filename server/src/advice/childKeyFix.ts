/** The fix that gives a child table its parent's shard key, for the rules that find it wanting. */

import { declaredTables, sameColumn } from '../routing/declaredTables';
import type { ForeignKey, Schema, Table } from '../schema/model';
import type { ShardMap } from '../shards/model';
import type { Location } from '../text/span';
import { childKey } from './childKey';

/** A column of a child's model, and what of the child stands behind it in a unique key and an index. */
interface AddedColumn {
  readonly column: string;
  readonly unique: readonly string[];
  readonly index: readonly string[];
  readonly widened: boolean;
}

/** Where new migrations go and what the map says, as edits of some form. */
interface Places<Edit> {
  migration(
    title: string,
    steps: { readonly up: readonly string[]; readonly down: readonly string[] },
    near: readonly string[],
  ): readonly Edit[] | undefined;
  model(child: Location, parent: Location, added: AddedColumn): readonly Edit[] | undefined;
  migrated(): boolean;
  change(section: string, key: string, fields: Readonly<Record<string, string>>): Edit | undefined;
}

interface Around<Edit> {
  readonly map: ShardMap;
  readonly schema: Schema;
  readonly placing: Places<Edit>;
}

interface Repair<Edit> {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly Edit[];
}

/** Empty where the parent is not sharded, or not enough is declared. */
export function childKeyFix<Edit>(
  { map, schema, placing }: Around<Edit>,
  child: Table,
  foreign: ForeignKey,
): readonly Repair<Edit>[] {
  const declared = declaredTables(map, schema);
  const { ddl: parent, table: sharded } = declared.target(foreign.table) ?? {};
  // What the models of a library declare, is brought to the database by its own tools, where nobody writes migrations.
  const modelled = child.at.file.endsWith('.sql') ? false : child.at.file.endsWith('.prisma') ? 'named' : 'unnamed';
  if (modelled && !placing.migrated()) return [];
  if (
    !parent ||
    parent === child ||
    sharded?.kind !== 'sharded' ||
    foreign.columns.length !== foreign.referenced.length
  )
    return [];
  const referred = declared.all.some(({ ddl }) =>
    ddl.foreignKeys.some((one) => !one.logical && declared.target(one.table)?.ddl === child),
  );
  const own = declared.all.find(({ ddl }) => ddl === child)?.table;
  const name = own?.name ?? child.name;
  const found = childKey({ name, child, parent, sharded, foreign, referred, modelled }, map.dialect);
  // Of a child that is said to lie with its parent's group another column is no better a key: it has several parents.
  const together = own?.kind === 'sharded' && own.group === sharded.group;
  if (together && found && (own.groupGiven || isKey(own.shardKey, found.column))) return [];
  const entry = found && placing.change('tables', found.table, found.entry);
  if (!found || !entry) return [];
  const { steps, table, column } = found;
  if (steps.up.length === 0)
    return [
      { title: `Shard \`${table}\` by \`${column}\`, with \`${sharded.name.join('.')}\``, safe: false, edits: [entry] },
    ];
  const model = modelled ? placing.model(child.at, parent.at, found) : [];
  const { up, down } = steps;
  const note = `-- The model of \`${table}\` needs this column too, or the tools of its library take it back.`;
  const migration = placing.migration(`add ${column} to ${table}`, { up: model ? up : [note, ...up], down }, [
    child.at.file,
  ]);
  return migration
    ? [
        {
          title: `Add \`${column}\` to \`${table}\`: a migration with its values from \`${sharded.name.join('.')}\`, ${model?.length ? 'the model, ' : ''}and the map`,
          safe: false,
          edits: [...migration, ...(model ?? []), entry],
        },
      ]
    : [];
}

const isKey = ([only, more]: readonly string[], column: string): boolean =>
  more === undefined && sameColumn(only, column);

/** Foreign keys between two tables of a statement, whichever of them refers to the other. */
export function childKeyFixes<Edit>(around: Around<Edit>, tables: readonly string[]): readonly Repair<Edit>[] {
  const declared = declaredTables(around.map, around.schema);
  const isMeant = (name: readonly string[] | undefined): boolean =>
    name !== undefined && tables.includes(name.join('.'));
  const repairs = declared.all.flatMap(({ ddl, table }) =>
    isMeant(table?.name ?? ddl.name)
      ? ddl.foreignKeys.flatMap((foreign) =>
          isMeant(declared.target(foreign.table)?.table?.name) && table?.kind !== 'reference'
            ? childKeyFix(around, ddl, foreign)
            : [],
        )
      : [],
  );
  return [...new Map(repairs.map((one) => [one.title, one])).values()];
}
