/** `resource "aws_dynamodb_table"`, and the module that most use in its place. */
import type { SourceText } from '../../importer';
import { type HclBlock, readHcl } from '../../positioned/hcl';
import type { Declared, DynamoTable } from './table';

export function readTerraform({ path, text }: SourceText): Declared {
  const { blocks, open } = readHcl(path, text);
  const message = 'A quote, bracket or brace is open from here to the end of the file.';
  return {
    tables: blocks.filter(isTable).map(tableOf),
    problems: open ? [{ at: open, severity: 'error', code: 'syntax', message }] : [],
  };
}

const isTable = ({ type, labels, attributes }: HclBlock): boolean =>
  (type === 'resource' && labels[0] === 'aws_dynamodb_table') ||
  (type === 'module' && /\bdynamodb-table\b/.test(attributes.get('source')?.text ?? ''));

function tableOf({ labels, attributes, blocks, at }: HclBlock): DynamoTable {
  const [name, partition, sort] = ['name', 'hash_key', 'range_key'].map((key) => attributes.get(key));
  const listed = blocks
    .filter(({ type }) => type === 'attribute')
    .map((block) => [block.attributes.get('name')?.text, block.attributes.get('type')?.text] as const);
  // `dynamic "attribute"`, a module's list, a computed name: then nobody knows them all.
  const whole =
    listed.length > 0 && blocks.every(({ type }) => type !== 'dynamic') && listed.every(([key]) => key !== undefined);
  return {
    label: { text: labels.at(-1) ?? '', at },
    ...(name && { name }),
    ...(partition && { partition }),
    ...(sort && { sort }),
    ...(whole && { attributes: new Map(listed.map(([key, type]) => [key ?? '', type ?? ''])) }),
  };
}
