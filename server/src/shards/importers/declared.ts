/** What importers share: a table with everything left out that its declaration does not say. */
import type { Location } from '../../text/span';
import type { Imported } from '../importer';
import type { Severity, ShardTable } from '../model';
import { plainTable } from '../plainTable';

export type Report = (at: Location, severity: Severity, code: string, message: string) => void;

export const nothing: Imported = { tables: [], databases: [], routingRules: [], problems: [] };

export const declared = (
  name: readonly string[],
  kind: ShardTable['kind'],
  at: Location,
  facts: Partial<ShardTable> = {},
): ShardTable => plainTable(name, kind, { at, ...facts });

/** Tables by name: what is declared later wins, in the place of the first. */
export const lastOfEach = (tables: readonly ShardTable[]): readonly ShardTable[] => [
  ...new Map(tables.map((table) => [table.name.join('.').toLowerCase(), table])).values(),
];
