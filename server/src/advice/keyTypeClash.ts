/** One key column, and several who say its type: the map, DDL, the model of an ORM, the values that statements bind it to. */
import type { Expr } from '../query/model';
import { sameColumn } from '../routing/declaredTables';
import type { Location } from '../text/span';
import type { ShardKey } from './shardKeys';
import { familyOf, familyOfValue, isForeignText, type TypeFamily } from './typeFamilies';

export interface DeclaredClash {
  readonly column: string;
  /** What the map, or the model, takes the column to be. */
  readonly said: string;
  readonly by: 'map' | 'model';
  /** What DDL (or, without DDL, the model) declares. */
  readonly declared: string;
  readonly at: Location;
}

export function declaredClashes({ table, columns }: ShardKey, dialect: string): readonly DeclaredClash[] {
  return columns.flatMap(({ name, facts }): readonly DeclaredClash[] => {
    if (!facts || facts.type === '') return [];
    const inMap = [...table.columns].find(([one]) => sameColumn(one, name))?.[1] ?? '';
    const declared = facts.type;
    if (differ(inMap, declared, dialect)) return [{ column: name, said: inMap, by: 'map', declared, at: facts.at }];
    const { model } = facts;
    return model && differ(model.type, declared, dialect, true)
      ? [{ column: name, said: model.type, by: 'model', declared, at: model.at }]
      : [];
  });
}

/** `loose`: a client that says text for a UUID sends the same value. */
function differ(a: string, b: string, dialect: string, loose = false): boolean {
  const [left, right] = [familyOf(a), familyOf(b)];
  if (left === undefined || right === undefined) return false;
  return wide(left, dialect, loose) !== wide(right, dialect, loose);
}

/** Only PostgreSQL's own UUIDs are placed by another hash than the text that spells them. */
const wide = (family: TypeFamily, dialect: string, loose: boolean): TypeFamily =>
  (family === 'uuid' && (loose || dialect !== 'postgresql')) || (family === 'bytes' && dialect !== 'postgresql')
    ? 'text'
    : family;

/** How a value that a statement binds a key column to is of another family; undefined where it fits, or the column decides. */
export function valueClash(value: Expr, type: string, dialect: string): 'text' | 'number' | 'cast' | undefined {
  const family = familyOf(type);
  if (family === undefined) return undefined;
  if (isForeignText(value, family) && (family === 'number' || dialect === 'postgresql')) return 'text';
  const own = familyOfValue(value);
  if (own === undefined || wide(own, dialect, false) === wide(family, dialect, false)) return undefined;
  if (value.kind === 'cast') return 'cast';
  // A number for a truth value or a point in time is how some databases write them.
  return family === 'text' || family === 'uuid' ? 'number' : undefined;
}
