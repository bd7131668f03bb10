/** Values that grow with every row: counted numbers, times, and ids that begin with the time. */
import type { Expr } from '../query/model';
import { walkExpr } from '../query/walk';
import { type Evidence, wordsOf } from './keyEvidence';
import type { KeyColumn, ShardKey } from './shardKeys';

/** Undefined: not known to grow. */
export function growthOf(column: KeyColumn, key: ShardKey, dialect: string): Evidence | undefined {
  const { facts, name, type } = column;
  const said = (text: string): Evidence => ({ rung: 'type', text: `\`${name}\` ${text}` });
  switch (facts?.identity) {
    case 'serial':
      return said('is a serial, counted up');
    case 'identity':
      return said('is an identity column, counted up');
    case 'auto-increment':
      return said('is counted up (AUTO_INCREMENT)');
    case 'auto-random':
      return undefined;
  }
  const made = facts?.default && makerIn(facts.default, dialect);
  if (made !== undefined) return said(made);
  if (isTime.test(type) && !isOtherDate(name)) return said(`is a ${type}`);
  if (isOwnObjectId(column, key, dialect)) return said('is an ObjectId, which begins with the time');
  return measuredGrowth(column) ?? grownName(column);
}

/** As `analyzeShardKey` has it; and of a column of many values only: few values lie in order wherever rows were loaded in bulk. */
const monotonic = 0.7;
const mostlyUnique = 0.5;

function measuredGrowth({ facts, name }: KeyColumn): Evidence | undefined {
  const { correlation = 0, distinct = 0, rows } = facts?.statistics ?? {};
  const part = distinct < 0 ? -distinct : rows ? distinct / rows : 0;
  if (correlation < monotonic || part < mostlyUnique) return undefined;
  const text = `statistics show that \`${name}\` grows with the order of the rows (correlation ${correlation.toFixed(2)})`;
  return { rung: 'statistics', text, soft: true };
}

/** The column's default, where it makes values that grow. */
function makerIn(expr: Expr, dialect: string): string | undefined {
  let found: string | undefined;
  walkExpr(expr, (one) => {
    if (found === undefined && one.kind === 'call') found = makerOf(one, dialect);
    return found === undefined;
  });
  return found;
}

function makerOf({ name, args }: Extract<Expr, { kind: 'call' }>, dialect: string): string | undefined {
  const plain = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const version = args[0]?.kind === 'const' ? args[0].value : undefined;
  if (plain === 'cuid') return version === 2 ? undefined : 'is a cuid, which begins with the time';
  if (plain === 'uuid') {
    // MySQL's own makes the first version, libraries the fourth.
    const made = version ?? (/^(?:mysql|mariadb)$/.test(dialect) ? 1 : 4);
    return made === 7 ? uuid7 : made === 1 || made === 6 ? uuid1 : undefined;
  }
  return makers.find(([pattern]) => pattern.test(plain))?.[1];
}

const uuid7 = 'is a UUID of version 7, which begins with the time';
const uuid1 = 'is a UUID of version 1, made of the time';

const makers: readonly (readonly [RegExp, string])[] = [
  [/^nextval$/, 'comes from a sequence'],
  [
    /^(?:now|current_timestamp|current_date|localtimestamp|sysdate|getdate|utc_timestamp|statement_timestamp|transaction_timestamp|clock_timestamp|curdate|unix_timestamp|strftime|datetime)$/,
    'is the time of the insert by default',
  ],
  [/^(?:uuid_?v7|uuid7|uuid_generate_v7|gen_uuid_v7|uuid_v7|newsequentialid)\w*$/, uuid7],
  [/^(?:uuid_?v1|uuid_generate_v1|uuid_v1|uuid1|uuid_generate_v1mc|uuid_?v6)$/, uuid1],
  [/^(?:gen_|generate_|new_?)?(?:monotonic_?)?ulid\w*$/, 'is a ULID, which begins with the time'],
  [/^(?:gen_|generate_)?(?:ksuid|xid|typeid|pushid)\w*$/, 'is an id that begins with the time'],
  [/^(?:object_?id|bson_?object_?id)$/, 'is an ObjectId, which begins with the time'],
  [
    /^(?:(?:gen_|generate_|next_)?snowflake\w*|unique_rowid|timestamp_id)$/,
    'is a Snowflake id, which begins with the time',
  ],
];

const isTime = /^(?:timestamp|datetime|date$|smalldatetime|year$)/;

/** Dates of people and of things, which come in no order. */
const isOtherDate = (name: string): boolean => {
  const words = wordsOf(name);
  return words.includes('birth') || words.some((word) => /^(?:birth(?:day|date)|dob|born)$/.test(word));
};

/** A collection's `_id` is an ObjectId unless its model says otherwise; in another field it is somebody else's id. */
const isOwnObjectId = ({ name, type }: KeyColumn, { ddl }: ShardKey, dialect: string): boolean =>
  /^object_?id$/.test(type)
    ? name === '_id' || ddl?.primaryKey?.columns.join() === name
    : name === '_id' && type === '' && dialect === 'mongodb';

const timeName =
  /^(?:(?:created|inserted|updated|modified|occurred|logged|recorded|received|ingested|published|event|log)_(?:at|on|time|date|ts)|created|timestamp|ts|event_timestamp|date|day|week|month|quarter|year|hour|year_month|yyyymm\w*|ulid|ksuid|snowflake(?:_id)?)$/;

function grownName({ name, type }: KeyColumn): Evidence | undefined {
  const fits = timeName.test(wordsOf(name).join('_')) && !/^(?:uuid|bool|json|enum)/.test(type);
  return fits ? { rung: 'name', text: `\`${name}\` bears the name of something that grows with time` } : undefined;
}
