import { mapJsonSchema } from '../../src/shards/native/jsonSchema';
import type { Generator } from './index.mts';

export const mapSchema: Generator = () => [
  { path: 'server/schema/shardlint.schema.json', text: `${JSON.stringify(mapJsonSchema(), null, 2)}\n` },
];
