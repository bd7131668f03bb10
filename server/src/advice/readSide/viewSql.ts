/** The migration that keeps the answer of a query, and how it is brought up to date: by router and dialect. */
import type { Steps } from './denormaliseSql';
import { commentText, quoteName, quoteTable } from './sqlNames';
import type { ViewPlan } from './step';

/** With the one statement, or function, that brings it up to date. */
export interface ViewSteps extends Steps {
  readonly refresh: string;
}

export interface Database {
  readonly dialect: string;
  readonly router: string;
}

/** Undefined where the database has no such thing. */
export function viewSql(plan: ViewPlan, database: Database): ViewSteps | undefined {
  if (database.dialect === 'mongodb') return undefined;
  if (database.dialect !== 'postgresql') return summaryTable(plan, database);
  return database.router === 'citus' ? rollup(plan) : materializedView(plan, database);
}

function selectText({ columns, from, groupBy }: ViewPlan, dialect: string): string {
  const list = columns.map(({ name, value }) => `  ${value} AS ${quoteName(dialect, name)}`).join(',\n');
  return `SELECT\n${list}\n${from}${groupBy}`;
}

const keysText = ({ columns, keys }: ViewPlan, dialect: string): string =>
  columns
    .slice(0, keys)
    .map(({ name }) => quoteName(dialect, name))
    .join(', ');

const title = ({ name }: ViewPlan): string => `keep ${name}`;

const comment = (...lines: readonly string[]): string => lines.map((one) => `-- ${commentText(one)}`).join('\n');

function materializedView(plan: ViewPlan, { dialect }: Database): ViewSteps {
  const name = quoteName(dialect, plan.name);
  const refresh = `REFRESH MATERIALIZED VIEW CONCURRENTLY ${name}`;
  return {
    title: title(plan),
    up: [
      `${comment('Make it where the rows of all shards can be read: on one shard it would hold the rows of that shard alone.')}\nCREATE MATERIALIZED VIEW ${name} AS\n${selectText(plan, dialect)}`,
      `${comment('REFRESH … CONCURRENTLY, which lets readers go on, needs a unique index over all rows.')}\nCREATE UNIQUE INDEX ${quoteName(dialect, `${plan.name}_key`)} ON ${name} (${keysText(plan, dialect)})`,
      comment(
        'As often as its readers want it fresh, by a job or with pg_cron:',
        `  ${refresh};`,
        `  SELECT cron.schedule('refresh ${plan.name}', '*/5 * * * *', '${refresh}');`,
      ),
    ],
    down: [`DROP MATERIALIZED VIEW ${name}`],
    refresh,
  };
}

/** Citus keeps no materialized view on its shards: a distributed table that a function fills. */
function rollup(plan: ViewPlan): ViewSteps | undefined {
  const dialect = 'postgresql';
  if (plan.columns.some(({ type }) => type === undefined)) return undefined;
  const name = quoteName(dialect, plan.name);
  const [first] = plan.columns;
  const spread = plan.columns.find((one) => one.name === plan.beside?.column) ?? first;
  if (!spread || spread.nullable) return undefined;
  const isKey = (i: number): boolean => i < plan.keys;
  const columns = plan.columns.map(
    ({ name: column, type, nullable }, i) =>
      `  ${quoteName(dialect, column)} ${type}${isKey(i) && !nullable ? ' NOT NULL' : ''}`,
  );
  const names = plan.columns.map((one) => quoteName(dialect, one.name));
  const keys = keysText(plan, dialect);
  const kept = plan.columns
    .slice(plan.keys)
    .map((one) => `${quoteName(dialect, one.name)} = excluded.${quoteName(dialect, one.name)}`);
  const beside = plan.beside
    ? `, colocate_with => '${quoteTable(dialect, plan.beside.table).replaceAll("'", "''")}'`
    : '';
  const refresh = quoteName(dialect, `refresh_${plan.name}`);
  const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  // A dollar-quoted body ends at its own mark only: one that the text does not have.
  const body = `DECLARE
  run timestamptz := clock_timestamp();
BEGIN
  INSERT INTO ${name} (${names.join(', ')}, refreshed_at)
  ${selectText({ ...plan, columns: [...plan.columns, { name: 'refreshed_at', value: 'run', type: undefined, nullable: false }], groupBy: plan.groupBy }, dialect).replaceAll('\n', '\n  ')}
  ON CONFLICT (${keys}) DO UPDATE SET ${[...kept, 'refreshed_at = excluded.refreshed_at'].join(', ')};
  DELETE FROM ${name} WHERE refreshed_at < run;
END`;
  let mark = '$refresh$';
  while (body.includes(mark)) mark = `$${mark.slice(1, -1)}_$`;
  return {
    title: title(plan),
    up: [
      `CREATE TABLE ${name} (\n${[...columns, '  refreshed_at timestamptz NOT NULL', `  UNIQUE NULLS NOT DISTINCT (${keys})`].join(',\n')}\n)`,
      `SELECT create_distributed_table(${literal(name)}, ${literal(spread.name)}${beside})`,
      `${comment('Rows that join off their keys are repartitioned; on large tables give it the groups that have changed.')}\nCREATE FUNCTION ${refresh}() RETURNS void LANGUAGE plpgsql SET citus.enable_repartition_joins TO on AS ${mark}\n${body}\n${mark}`,
      `SELECT ${refresh}()`,
      comment(
        'As often as its readers want it fresh, by a job or with pg_cron:',
        `  SELECT cron.schedule('refresh ${plan.name}', '*/5 * * * *', 'SELECT ${refresh}()');`,
      ),
    ],
    down: [`DROP FUNCTION ${refresh}()`, `DROP TABLE ${name}`],
    refresh: `SELECT ${refresh}()`,
  };
}

/** MySQL has no materialized views: a table with a first fill, and a statement that brings groups up to date. */
function summaryTable(plan: ViewPlan, { dialect, router }: Database): ViewSteps | undefined {
  if (plan.columns.some(({ type }) => type === undefined)) return undefined;
  // A unique key of MySQL takes any number of rows with NULL in it.
  if (plan.columns.slice(0, plan.keys).some(({ nullable }) => nullable)) return undefined;
  const name = quoteName(dialect, plan.name);
  const names = plan.columns.map((one) => quoteName(dialect, one.name));
  const columns = plan.columns.map(
    ({ name: column, type = '' }, i) =>
      `  ${quoteName(dialect, column)} ${numeric(type)}${i < plan.keys ? ' NOT NULL' : ''}`,
  );
  const kept = plan.columns
    .slice(plan.keys)
    .map((one) => `${quoteName(dialect, one.name)} = VALUES(${quoteName(dialect, one.name)})`);
  const fill = `INSERT INTO ${name} (${names.join(', ')})\n${selectText(plan, dialect)}`;
  const update = [...kept, 'refreshed_at = CURRENT_TIMESTAMP(6)'].join(', ');
  const refresh = `${fill}\nON DUPLICATE KEY UPDATE ${update}`;
  const [key] = names;
  const value = plan.columns[0]?.value ?? '';
  const only = `${plan.from.includes(' WHERE ') ? ' AND' : ' WHERE'} ${value} IN (…)`;
  const changed = `INSERT INTO ${name} (${names.join(', ')})\n${selectText({ ...plan, groupBy: `${only}${plan.groupBy}` }, dialect)}\nON DUPLICATE KEY UPDATE ${update}`;
  const vitess = plan.from.includes(' JOIN ')
    ? 'Vitess: keep it in a keyspace of its own, or sharded by its key. VReplication cannot keep it: a Materialize workflow aggregates one table and joins none.'
    : `Vitess: a Materialize workflow (vtctldclient Materialize … create) keeps this aggregate of one table up to date by itself; the statement below is its source expression.`;
  return {
    title: title(plan),
    up: [
      `${router === 'vitess' ? `${comment(vitess)}\n` : ''}CREATE TABLE ${name} (\n${[...columns, '  refreshed_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)', `  PRIMARY KEY (${keysText(plan, dialect)})`].join(',\n')}\n)`,
      `${comment('The first fill.')}\n${fill}`,
      comment(
        `As often as its readers want it fresh, or for the groups that a write has changed (${key}):`,
        ...changed.split('\n').map((line) => `  ${line}`),
        'and delete the groups that are gone: those with an older refreshed_at after a run over all of them.',
      ),
    ],
    down: [`DROP TABLE ${name}`],
    refresh,
  };
}

/** A plain `numeric` of MySQL has no decimals. */
const numeric = (type: string): string => (type === 'numeric' ? 'decimal(38, 10)' : type);
