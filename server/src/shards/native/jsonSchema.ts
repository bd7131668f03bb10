/** The JSON schema of the shard map, for editors that know no Shardlint; written to `server/schema/` by `generate`. */
import { mapType } from './keys';
import type { Field, Fields, FieldTable, Type } from './spec';

export type JsonSchema = { readonly [key: string]: unknown };

export function mapJsonSchema(): JsonSchema {
  const definitions: Record<string, JsonSchema> = {};
  const body = fieldsSchema(mapType, definitions);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Shardlint shard map',
    description: 'What is sharded, by what, where: shardlint.yaml, shardlint.yml or shardlint.json.',
    ...body,
    definitions: Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function schemaOf(type: Type, definitions: Record<string, JsonSchema>): JsonSchema {
  switch (type.is) {
    case 'text': {
      if (type.values) return { type: 'string', enum: type.values };
      if (type.pattern) return { type: 'string', pattern: type.pattern.source };
      // Names that are numbers need no quotes.
      const free = { type: ['string', 'number'] };
      return type.suggestions ? { anyOf: [{ enum: type.suggestions }, free] } : free;
    }
    case 'number': {
      if (type.min !== undefined && type.min === type.max) return { const: type.min };
      return {
        type: type.whole ? 'integer' : 'number',
        ...(type.min !== undefined && { minimum: type.min }),
        ...(type.max !== undefined && { maximum: type.max }),
      };
    }
    case 'flag':
      return { type: 'boolean' };
    case 'anything':
      return type.deep ? {} : { type: ['string', 'number', 'boolean', 'null'] };
    case 'list':
      return { type: 'array', items: schemaOf(type.of, definitions) };
    case 'dictionary': {
      const value = schemaOf(type.of, definitions);
      // An entry that says nothing yet (`orders:`) is an entry.
      const empty = type.of.is === 'fields' ? { anyOf: [value, { type: 'null' }] } : value;
      return { type: 'object', additionalProperties: empty };
    }
    case 'either':
      return { anyOf: type.of.map((each) => schemaOf(each, definitions)) };
    case 'fields': {
      const name = type.what.replace(/^an? /, '').replaceAll(' ', '-');
      if (!definitions[name]) {
        definitions[name] = {};
        definitions[name] = fieldsSchema(type, definitions);
      }
      return { $ref: `#/definitions/${name}` };
    }
  }
}

function fieldsSchema(type: Fields, definitions: Record<string, JsonSchema>): JsonSchema {
  const table = type.fields();
  const properties = Object.fromEntries(
    Object.entries(table).map(([key, field]) => [key, { ...documented(field), ...schemaOf(field.type, definitions) }]),
  );
  const variants = variantRules(table);
  return {
    type: 'object',
    properties,
    additionalProperties: type.others ? schemaOf(type.others, definitions) : false,
    ...(type.required && { required: type.required }),
    ...(variants.length > 0 && { allOf: variants }),
  };
}

const documented = ({ doc }: Field): JsonSchema => ({
  description: doc.replaceAll('`', ''),
  markdownDescription: doc,
});

/** A key that belongs to some kinds is forbidden where another kind is given. */
function variantRules(table: FieldTable): readonly JsonSchema[] {
  const kind = table.kind?.type;
  if (kind?.is !== 'text' || !kind.values) return [];
  return kind.values.flatMap((value): readonly JsonSchema[] => {
    const forbidden = Object.entries(table).filter(([, { only }]) => only && !only.includes(value));
    if (forbidden.length === 0) return [];
    const holds = { properties: { kind: { const: value } }, required: ['kind'] };
    // biome-ignore lint/suspicious/noThenProperty: JSON schema's word, never awaited
    return [{ if: holds, then: { properties: Object.fromEntries(forbidden.map(([key]) => [key, false])) } }];
  });
}
