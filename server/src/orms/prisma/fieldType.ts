/** Column types that Prisma gives to its scalar types, per provider. */
import { own } from '../../text/own';
import type { Field } from '../build/model';
import type { Line } from './schemaText';

const postgresql: Readonly<Record<string, string>> = {
  String: 'text',
  Boolean: 'boolean',
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  Decimal: 'numeric',
  DateTime: 'timestamp',
  Json: 'jsonb',
  Bytes: 'bytea',
};

const mysql: Readonly<Record<string, string>> = {
  String: 'varchar',
  Boolean: 'tinyint',
  Int: 'int',
  BigInt: 'bigint',
  Float: 'double',
  Decimal: 'decimal',
  DateTime: 'datetime',
  Json: 'json',
  Bytes: 'longblob',
};

/** Native types whose name in SQL is another one. */
const native: Readonly<Record<string, string>> = {
  doubleprecision: 'double precision',
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp',
  timetz: 'time with time zone',
  unsignedint: 'int',
  unsignedbigint: 'bigint',
  objectid: 'objectid',
};

export const typeOf = (line: Line, provider: string): Pick<Field, 'type' | 'modifiers'> => {
  const said = line.attributes.find((one) => one.name.startsWith('db.'));
  const plain = (provider === 'mysql' ? mysql : postgresql)[line.type] ?? line.type.toLowerCase();
  const type = said === undefined ? plain : said.name.slice(3).toLowerCase();
  const name = said === undefined ? type : (own(native, type) ?? type);
  return {
    type: line.list ? `${name}[]` : name,
    modifiers: said !== undefined ? said.args.map((arg) => arg.text) : name === 'tinyint' ? ['1'] : [],
  };
};
