/** `AWS::DynamoDB::Table` and its kin, wherever resources stand: templates, SAM, the `resources` of serverless.yml. */
import type { SourceText } from '../../importer';
import { readJson } from '../../positioned/json';
import { child, type Entry, entriesOf, itemsOf, type Node, textOf } from '../../positioned/node';
import { readYaml } from '../../positioned/yaml';
import type { Declared, DynamoTable, Said } from './table';

const simple = 'AWS::Serverless::SimpleTable';
const kinds = new Set(['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable', simple]);

export function readCloudFormation({ path, text }: SourceText): Declared {
  const { node, problems } = /^\s*\{/.test(text) ? readJson(path, text) : readYaml(path, text);
  return { tables: resources(node, 0).map((entry) => tableOf(entry, text)), problems };
}

/** Templates nest: fragments, `Fn::Transform`, a list of resource files in one. */
function resources(node: Node, depth: number): readonly Entry[] {
  if (depth > 6) return [];
  if (node.kind === 'list') return node.items.flatMap((item) => resources(item, depth + 1));
  return entriesOf(node).flatMap((entry) =>
    kinds.has(textOf(child(entry.value, 'Type')) ?? '') ? [entry] : resources(entry.value, depth + 1),
  );
}

function tableOf({ key, keyAt, value }: Entry, text: string): DynamoTable {
  const said = (node: Node | undefined): Said | undefined => node && { ...literal(node, text), at: node.at };
  const properties = child(value, 'Properties');
  const label = { text: key, at: keyAt };
  const name = said(child(properties, 'TableName'));
  if (textOf(child(value, 'Type')) === simple) {
    const primary = child(properties, 'PrimaryKey');
    // Without one, SAM makes a key `id` of type String.
    const partition = primary ? said(child(primary, 'Name')) : { text: 'id', at: keyAt };
    const type = primary ? (textOf(child(primary, 'Type')) ?? '') : 'String';
    const attributes = partition?.text === undefined ? undefined : new Map([[partition.text, type.charAt(0)]]);
    return { label, ...(name && { name }), ...(partition && { partition }), ...(attributes && { attributes }) };
  }
  const keyOf = (kind: string): Said | undefined =>
    said(
      child(
        itemsOf(child(properties, 'KeySchema')).find((item) => textOf(child(item, 'KeyType')) === kind),
        'AttributeName',
      ),
    );
  const [partition, sort] = [keyOf('HASH'), keyOf('RANGE')];
  const listed = itemsOf(child(properties, 'AttributeDefinitions')).map(
    (item) => [textOf(child(item, 'AttributeName')) ?? '', textOf(child(item, 'AttributeType')) ?? ''] as const,
  );
  return {
    label,
    ...(name && { name }),
    ...(partition && { partition }),
    ...(sort && { sort }),
    ...(listed.length > 0 && { attributes: new Map(listed) }),
  };
}

/** `!Sub`, `!Ref`, `Fn::Sub`, `${self:service}` are computed. */
function literal(node: Node, text: string): { readonly text?: string } {
  const value = textOf(node);
  const { start } = node.at.span;
  const tagged = /![\w:]+[ \t]*$/.test(text.slice(Math.max(0, start - 40), start));
  return value === undefined || tagged || value.includes('${') ? {} : { text: value };
}
