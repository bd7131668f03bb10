/** `{ tenantId: 1, _id: "hashed" }`: the pattern of a shard key. */
import type { ShardTable } from '../../model';
import { entriesOf, scalarOf } from '../../positioned/node';
import { readYaml } from '../../positioned/yaml';

const longest = 4000;

/** A message where the pattern is none. */
export const keyPattern = (path: string, text: string): Pick<ShardTable, 'shardKey' | 'strategy'> | string => {
  // A key pattern is JavaScript; a flow map of YAML reads the same.
  const read = readYaml(path, text.slice(0, longest));
  const fields = entriesOf(read.node).map((entry) => ({ name: entry.key, how: scalarOf(entry.value) }));
  const wrong = fields.find(({ how }) => how !== 1 && how !== -1 && how !== 'hashed');
  if (fields.length === 0 || wrong || read.problems.length > 0)
    return 'The fields of a shard key are each `1` or `"hashed"`.';
  if (fields.filter(({ how }) => how === 'hashed').length > 1) return 'Only one field of a shard key can be hashed.';
  // A hash at the front keeps no order; behind plain fields it is only reached by equality on those.
  return { shardKey: fields.map((field) => field.name), strategy: fields[0]?.how === 'hashed' ? 'hash' : 'range' };
};
