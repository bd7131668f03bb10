/** The tables of a read model: what is read, what has changed since (an outbox beside each source), and how far it is. */
import type { Steps } from './denormaliseSql';
import { commentText, newName, quoteName, quoteTable, quoteText } from './sqlNames';
import type { ReadModelPlan, SourceTable } from './step';
import type { Database } from './viewSql';

export const outboxOf = ({ name }: Pick<SourceTable, 'name'>): string => newName(name.at(-1) ?? '', 'outbox');
export const progressOf = ({ name }: Pick<ReadModelPlan, 'name'>): string => newName(name, 'progress');

/** The columns of an outbox that say which row has changed, and where it lies. */
export function eventColumns({ key, shard }: SourceTable): SourceTable['key'] {
  return [...shard, ...key.filter(({ column }) => !shard.some((one) => one.column === column))];
}

/** Columns of the read table that tell its rows apart. */
export const rootColumns = ({ root, columns }: ReadModelPlan): readonly string[] =>
  root.key.flatMap(
    ({ column }) => columns.find((one) => one.column === column && isRoot(one.table, columns))?.name ?? [],
  );

const isRoot = (table: number, columns: ReadModelPlan['columns']): boolean => columns[0]?.table === table;

/** Undefined where the type of a column is not known. */
export function readModelSql(plan: ReadModelPlan, { dialect, router }: Database): Steps | undefined {
  const sources = [plan.root, ...plan.parents];
  if (dialect === 'mongodb' || plan.columns.some(({ type }) => type === undefined)) return undefined;
  const own = ['change_id', 'recorded_at', 'applied_at'];
  if (sources.some((one) => eventColumns(one).some(({ type, column }) => type === undefined || own.includes(column))))
    return undefined;
  const mysql = dialect !== 'postgresql';
  const name = (one: string): string => quoteName(dialect, one);
  const time = mysql ? 'timestamp(6)' : 'timestamptz';
  const now = mysql ? 'CURRENT_TIMESTAMP(6)' : 'now()';
  const id = mysql ? 'char(36) NOT NULL' : 'uuid NOT NULL';
  const comment = (text: string): string => `-- ${commentText(text)}\n`;
  const root = rootColumns(plan);
  const first = plan.key !== undefined && !root.includes(plan.key) ? [plan.key] : [];
  const distributed = (table: string, column: string, beside: string): string =>
    `SELECT create_distributed_table(${quoteText(dialect, name(table))}, ${quoteText(dialect, column)}${beside})`;
  const read = [
    `${comment('What is read instead of the join: one row for each of its rows, found by its key.')}CREATE TABLE ${name(plan.name)} (\n${[
      ...plan.columns.map(
        (one) => `  ${name(one.name)} ${one.type}${[...first, ...root].includes(one.name) ? ' NOT NULL' : ''}`,
      ),
      `  PRIMARY KEY (${[...first, ...root].map(name).join(', ')})`,
    ].join(',\n')}\n)`,
    ...(router === 'citus' && plan.key !== undefined ? [distributed(plan.name, plan.key, '')] : []),
    ...(first.length > 0 ? [index(plan.name, root)] : []),
    ...plan.bound.filter((one) => one !== first[0] && one !== root[0]).map((one) => index(plan.name, [one])),
  ];
  const outboxes = sources.flatMap((source) => {
    const table = outboxOf(source);
    const [shard] = source.shard;
    const columns = eventColumns(source).map(({ column, type }) => `  ${name(column)} ${type} NOT NULL`);
    const keys = [...source.shard.map(({ column }) => name(column)), 'change_id'];
    return [
      `${comment(`Which rows of ${source.name.join('.')} have changed: written in the transaction of the change, on its shard.`)}CREATE TABLE ${name(table)} (\n${[
        `  change_id ${id}`,
        ...columns,
        `  recorded_at ${time} NOT NULL DEFAULT ${now}`,
        `  applied_at ${time}${mysql ? ' NULL' : ''}`,
        `  PRIMARY KEY (${keys.join(', ')})`,
      ].join(',\n')}\n)`,
      ...(router === 'citus' && shard
        ? [
            distributed(
              table,
              shard.column,
              `, colocate_with => ${quoteText(dialect, quoteTable(dialect, source.name))}`,
            ),
          ]
        : []),
      mysql
        ? `CREATE INDEX ${name(newName(table, 'waiting'))} ON ${name(table)} (applied_at, recorded_at)`
        : `CREATE INDEX ${name(newName(table, 'waiting'))} ON ${name(table)} (recorded_at) WHERE applied_at IS NULL`,
    ];
  });
  const progress = name(progressOf(plan));
  return {
    title: `read model ${plan.name}`,
    up: [
      ...read,
      ...outboxes,
      `${comment('One projector at a time writes the read model: it holds this row.')}CREATE TABLE ${progress} (id int PRIMARY KEY, projected_at ${time}${mysql ? ' NULL' : ''})`,
      `INSERT INTO ${progress} (id) VALUES (1)`,
    ],
    down: [progressOf(plan), ...sources.map(outboxOf), plan.name].map((one) => `DROP TABLE ${name(one)}`),
  };

  function index(table: string, columns: readonly string[]): string {
    return `CREATE INDEX ${name(newName(table, ...columns))} ON ${name(table)} (${columns.map(name).join(', ')})`;
  }
}
