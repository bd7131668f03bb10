import type { TableMeasurement } from '../../schema/statistics';
import type { Connection, Row } from '../database/connection';
import type { ValuePolicy } from './values';

export interface Wanted {
  /** Whether a table is asked for, by its name with and without its schema. */
  readonly table: (name: readonly string[]) => boolean;
  readonly values: ValuePolicy;
  /** Rows that are looked at where a database keeps no statistics itself; 0: none. */
  readonly sample: number;
  readonly progress: (text: string) => void;
}

export interface Measured {
  readonly tables: readonly TableMeasurement[];
  /** What could not be measured, and what to do about it. */
  readonly notes: readonly string[];
}

export type Measure = (connection: Connection, wanted: Wanted) => Promise<Measured>;

/** How many of the most common values are kept; as `analyzeShardKey` does. */
export const kept = 5;

/** Numbers come as text where they may be longer than a double. */
export function amount(row: Row, key: string): number | undefined {
  const value = row[key];
  if (value === null || value === undefined || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

export const word = (row: Row, key: string): string => String(row[key] ?? '');
