/** A schema as short lines, so that tests compare text. */
import type { ColumnFacts, Schema, Table, UniqueKey } from '../../server/src/schema/model';

export function printSchema(schema: Schema): string {
  const tables = [...schema.tables.values()].map(printTable);
  const enums = [...schema.enums].map(([name, values]) => `enum ${name} (${values.join(', ')})`);
  return [...tables, ...enums].join('\n');
}

export function printTable(table: Table): string {
  const title = [
    table.name.join('.'),
    table.kind === 'table' ? '' : `[${table.kind}]`,
    table.temporary === true ? '[temporary]' : '',
    table.columnsComplete ? '' : '[more columns]',
    table.partitionBy === undefined
      ? ''
      : `partition by ${table.partitionBy.strategy} (${table.partitionBy.columns.join(', ')})`,
    table.partitionOf === undefined ? '' : `partition of ${table.partitionOf.join('.')}`,
    table.inherits === undefined ? '' : `inherits ${table.inherits.map((name) => name.join('.')).join(', ')}`,
  ];
  const { rows, bytes } = table.statistics ?? {};
  const lines = [
    ...(rows === undefined && bytes === undefined ? [] : [`measured ${rows ?? '?'} rows, ${bytes ?? '?'} bytes`]),
    ...[...table.columns.values()].map(printColumn),
    ...(table.primaryKey === undefined ? [] : [`primary ${printKey(table.primaryKey)}`]),
    ...table.uniques.map((unique) => `unique ${printKey(unique)}`),
    ...table.indexes.map((index) => `${index.unique ? 'unique ' : ''}index ${printKey(index)}`),
    ...table.exclusions.map(
      ({ name, parts }) =>
        `exclude ${name} (${parts.map((part) => `${part.column ?? '…'} ${part.operator}`).join(', ')})`,
    ),
    ...table.foreignKeys.map(
      (key) =>
        `foreign ${key.name} (${key.columns.join(', ')}) → ${key.table.join('.')} (${key.referenced.join(', ')})` +
        `${key.onDelete === undefined ? '' : ` on delete ${key.onDelete}`}` +
        `${key.onUpdate === undefined ? '' : ` on update ${key.onUpdate}`}`,
    ),
    ...table.triggers.map(({ name }) => `trigger ${name}`),
  ];
  return [title.filter((part) => part !== '').join(' '), ...lines.map((line) => `  ${line}`)].join('\n');
}

function printColumn(column: ColumnFacts): string {
  const modifiers = column.modifiers.length === 0 ? '' : `(${column.modifiers.join(', ')})`;
  const { rows: _, ...measured } = column.statistics ?? {};
  const parts = [
    column.name,
    `${column.type}${modifiers}`,
    column.nullable ? '' : 'not null',
    column.identity ?? '',
    column.default === undefined ? '' : 'default',
    column.generated === true ? 'generated' : '',
    column.allowed === undefined || column.allowed.by === 'boolean'
      ? ''
      : `in (${column.allowed.values.join(', ')}) by ${column.allowed.by}`,
    Object.keys(measured).length > 0 ? JSON.stringify(measured) : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

const printKey = (key: UniqueKey): string =>
  `${key.name} (${key.columns.map((column) => column ?? '…').join(', ')})${key.partial === true ? ' partial' : ''}`;
