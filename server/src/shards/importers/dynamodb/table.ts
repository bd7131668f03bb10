/** A DynamoDB table whatever it was written in, and the shard map's table that it means. */
import type { Location } from '../../../text/span';
import type { MapProblem, ShardTable } from '../../model';
import { declared } from '../declared';

/** `text` is undefined where a program computes it. */
export interface Said {
  readonly text?: string;
  readonly at: Location;
}

export interface DynamoTable {
  /** The name of the declaration itself: a resource's label, a logical id. */
  readonly label: Said;
  readonly name?: Said;
  readonly partition?: Said;
  readonly sort?: Said;
  /** Attribute → S, N or B; undefined where the list is not known in full. */
  readonly attributes?: ReadonlyMap<string, string>;
}

export interface Declared {
  readonly tables: readonly DynamoTable[];
  readonly problems: readonly MapProblem[];
}

const types: Readonly<Record<string, string>> = { S: 'string', N: 'number', B: 'binary' };

export function keyedTable({ label, name, partition, sort, attributes }: DynamoTable): {
  readonly table?: ShardTable;
  readonly problems: readonly MapProblem[];
} {
  const problems: MapProblem[] = [];
  const title = name?.text ?? label.text ?? '';
  const report = (at: Location, severity: MapProblem['severity'], code: string, message: string): void => {
    problems.push({ at, severity, code, message });
  };
  if (!partition) {
    report(label.at, 'error', 'missing-key', `\`${title}\` has no partition key.`);
    return { problems };
  }
  if (partition.text === undefined) {
    report(
      partition.at,
      'information',
      'computed',
      `The partition key of \`${title}\` is computed: it is not known here.`,
    );
    return { problems };
  }
  if (name && name.text === undefined) {
    const message = `The name of this table is computed: it is known here as \`${title}\`.`;
    report(name.at, 'information', 'computed', message);
  }
  const keys = [partition, sort].flatMap((key) => (key?.text === undefined ? [] : [{ ...key, text: key.text }]));
  for (const key of keys) {
    if (!attributes || attributes.has(key.text)) continue;
    report(key.at, 'error', 'unknown-column', `The key \`${key.text}\` is no attribute of \`${title}\`.`);
  }
  const table = declared([title], 'sharded', (name?.text === undefined ? label : name).at, {
    shardKey: [partition.text],
    group: title,
    groupGiven: true,
    columns: new Map(keys.map(({ text }) => [text, types[attributes?.get(text) ?? ''] ?? ''])),
    unique: sort && sort.text === undefined ? [] : [keys.map(({ text }) => text)],
  });
  return { table, problems };
}
