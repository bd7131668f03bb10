/**
 * What gives a child table the shard key of its parent: the column, its values from the parent, the keys that must hold it,
 * and what the map then says. Pure; what nothing declares is not guessed.
 */
import { identifier, sqlStyle } from '../query/sqlStyle';
import { sameColumn } from '../routing/declaredTables';
import { uniqueKeys } from '../routing/uniqueKeys';
import { type ColumnFacts, type ForeignKey, findColumn, type Table } from '../schema/model';
import type { ShardTable } from '../shards/model';

export interface ChildKey {
  readonly table: string;
  readonly column: string;
  /** Statements without semicolons; none where the child has the parent's key already. */
  readonly steps: { readonly up: readonly string[]; readonly down: readonly string[] };
  /** Columns of the child that the unique key and the index hold behind the new one. */
  readonly unique: readonly string[];
  readonly index: readonly string[];
  /** The foreign key holds it too. */
  readonly widened: boolean;
  /** What the map says of the child, as JSON. */
  readonly entry: Readonly<Record<string, string>>;
}

export interface Family {
  /** What the map calls the child. */
  readonly name: readonly string[];
  readonly child: Table;
  readonly parent: Table;
  readonly sharded: ShardTable;
  readonly foreign: ForeignKey;
  /** Foreign keys of other tables refer to the child's primary key. */
  readonly referred: boolean;
  /**
   * Models of a library declare it: their own primary key stays as it is, a unique key with the new column comes beside it.
   * `named`: foreign keys have the names in the database that the models let one expect.
   */
  readonly modelled: false | 'named' | 'unnamed';
}

export function childKey(family: Family, dialect: string): ChildKey | undefined {
  const { child, parent, sharded, foreign } = family;
  const [key, more] = sharded.shardKey;
  // Where the rows of a range, a list or a directory lie is said by the parent's own layout.
  const laidOut = sharded.levels || sharded.mapping || sharded.directory || (sharded.vindexes?.length ?? 0) > 1;
  if (key === undefined || more !== undefined || laidOut || dialect === 'mongodb') return undefined;
  const entry = entryOf(sharded);
  const table = family.name.join('.');
  const paired = foreign.referenced.findIndex((column) => sameColumn(column, key));
  const own = foreign.columns[paired];
  // The child refers to its parent by the shard key itself.
  if (own !== undefined)
    return {
      table,
      column: own,
      steps: { up: [], down: [] },
      unique: [],
      index: [],
      widened: false,
      entry: { shardKey: JSON.stringify(own), ...entry },
    };
  const facts = findColumn(parent, key);
  if (!facts || facts.type === '' || !child.columnsComplete) return undefined;
  const known = findColumn(child, key);
  if (known && known.type !== facts.type) return undefined;
  const column = known?.name ?? facts.name;
  return {
    table,
    column,
    steps: known ? { up: [], down: [] } : stepsOf(family, facts, dialect),
    unique: (child.primaryKey?.columns ?? []).flatMap((one) => one ?? []),
    index: foreign.columns,
    widened: hasWith(parent, facts.name, foreign),
    entry: { shardKey: JSON.stringify(column), ...entry },
  };
}

const entryOf = ({ strategy, shards, group, groupGiven, hash }: ShardTable): Readonly<Record<string, string>> => ({
  ...(strategy === 'hash' ? {} : { strategy: JSON.stringify(strategy) }),
  ...(hash === undefined ? {} : { hash: JSON.stringify(hash) }),
  ...(shards === undefined ? {} : { shards: String(shards) }),
  ...(groupGiven ? { group: JSON.stringify(group) } : {}),
});

/** The parent has a unique key over the new column and what the foreign key refers to. */
const hasWith = (parent: Table, key: string, { referenced }: ForeignKey): boolean =>
  uniqueKeys(parent).some(
    ({ key: { columns } }) =>
      columns.length === referenced.length + 1 &&
      [key, ...referenced].every((one) => columns.some((part) => sameColumn(part, one))),
  );

const batch = 10_000;

function stepsOf(
  { child, parent, foreign, referred, modelled }: Family,
  facts: ColumnFacts,
  dialect: string,
): ChildKey['steps'] {
  const style = sqlStyle(dialect);
  const id = (name: string): string => identifier(name, style);
  const list = (names: readonly string[]): string => names.map(id).join(', ');
  const on = child.name.map(id).join('.');
  const from = parent.name.map(id).join('.');
  const bare = child.name.at(-1) ?? '';
  const key = id(facts.name);
  const type = `${facts.type}${facts.modifiers.length > 0 ? `(${facts.modifiers.join(', ')})` : ''}`;
  const matches = (a: string, b: string): string =>
    foreign.columns.map((column, i) => `${b}.${id(foreign.referenced[i] ?? 'id')} = ${a}.${id(column)}`).join(' AND ');
  const primary = (child.primaryKey?.columns ?? []).flatMap((column) => column ?? []);
  const parentHas = hasWith(parent, facts.name, foreign);
  const beside = referred || modelled !== false;
  const index = named([bare, facts.name, ...foreign.columns, 'idx']);
  const backfill = style.mysql
    ? [
        `-- A large table: in batches before this migration, by ranges of its primary key.\nUPDATE ${on} AS child JOIN ${from} AS parent ON ${matches('child', 'parent')}\nSET child.${key} = parent.${key} WHERE child.${key} IS NULL`,
      ]
    : [
        `DO $$\nBEGIN\n  LOOP\n    UPDATE ${on} AS child SET ${key} = parent.${key}\n    FROM ${from} AS parent\n    WHERE ${matches('child', 'parent')} AND child.ctid = ANY (ARRAY(\n      SELECT c.ctid FROM ${on} AS c JOIN ${from} AS p ON ${matches('c', 'p')}\n      WHERE c.${key} IS NULL AND p.${key} IS NOT NULL LIMIT ${batch}));\n    EXIT WHEN NOT FOUND;\n  END LOOP;\nEND $$`,
      ];
  const notNull = style.mysql
    ? `ALTER TABLE ${on} MODIFY COLUMN ${key} ${type} NOT NULL`
    : `ALTER TABLE ${on} ALTER COLUMN ${key} SET NOT NULL`;
  const old = foreign.logical
    ? undefined
    : (foreign.name ?? (style.mysql ? undefined : `${bare}_${foreign.columns.join('_')}_fkey`));
  const oldKey = child.primaryKey?.name ?? `${bare}_pkey`;
  const counted = primary.filter((one) => findColumn(child, one)?.identity === 'auto-increment');
  const keyed = [facts.name, ...primary];
  const primaryStep =
    primary.length === 0
      ? []
      : beside
        ? [`ALTER TABLE ${on} ADD CONSTRAINT ${id(named([bare, ...keyed, 'key']))} UNIQUE (${list(keyed)})`]
        : style.mysql
          ? [
              `ALTER TABLE ${on} DROP PRIMARY KEY, ADD PRIMARY KEY (${list(keyed)})${counted.map((one) => `, ADD INDEX (${id(one)})`).join('')}`,
            ]
          : [
              `ALTER TABLE ${on} DROP CONSTRAINT ${id(oldKey)}`,
              `ALTER TABLE ${on} ADD CONSTRAINT ${id(oldKey)} PRIMARY KEY (${list(keyed)})`,
            ];
  const dropForeign = (name: string): string =>
    `ALTER TABLE ${on} DROP ${style.mysql ? 'FOREIGN KEY' : 'CONSTRAINT'} ${id(name)}`;
  const wide = named([bare, facts.name, ...foreign.columns, 'fkey']);
  // As Prisma declares them.
  const onUpdate = modelled === 'named' ? ' ON UPDATE CASCADE' : '';
  const onDelete =
    foreign.onDelete && !/^set /i.test(foreign.onDelete) ? ` ON DELETE ${foreign.onDelete.toUpperCase()}` : '';
  const constraint = (name: string, own: readonly string[], other: readonly string[]): string =>
    `ALTER TABLE ${on} ADD CONSTRAINT ${id(name)} FOREIGN KEY (${list(own)}) REFERENCES ${from} (${list(other)})${onDelete}${onUpdate}`;
  const foreignStep =
    parentHas && old !== undefined && modelled !== 'unnamed'
      ? [dropForeign(old), constraint(wide, [facts.name, ...foreign.columns], [facts.name, ...foreign.referenced])]
      : [];
  const primaryBack =
    primary.length === 0
      ? []
      : beside
        ? [`ALTER TABLE ${on} DROP ${style.mysql ? 'INDEX' : 'CONSTRAINT'} ${id(named([bare, ...keyed, 'key']))}`]
        : style.mysql
          ? [`ALTER TABLE ${on} DROP PRIMARY KEY, ADD PRIMARY KEY (${list(primary)})`]
          : [
              `ALTER TABLE ${on} DROP CONSTRAINT ${id(oldKey)}`,
              `ALTER TABLE ${on} ADD CONSTRAINT ${id(oldKey)} PRIMARY KEY (${list(primary)})`,
            ];
  return {
    up: [
      `ALTER TABLE ${on} ADD COLUMN ${key} ${type}`,
      ...backfill,
      `-- Fails as long as a row has no parent: such rows need a key of their own first.\n${notNull}`,
      ...primaryStep,
      `CREATE INDEX ${id(index)} ON ${on} (${list([facts.name, ...foreign.columns])})`,
      ...foreignStep,
    ],
    down: [
      ...(foreignStep.length > 0 && old !== undefined
        ? [dropForeign(wide), constraint(old, foreign.columns, foreign.referenced)]
        : []),
      style.mysql ? `DROP INDEX ${id(index)} ON ${on}` : `DROP INDEX ${id(index)}`,
      ...primaryBack,
      `ALTER TABLE ${on} DROP COLUMN ${key}`,
    ],
  };
}

/** At most as long as PostgreSQL takes a name. */
const named = (parts: readonly string[]): string => parts.join('_').slice(0, 63);
