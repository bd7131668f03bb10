/** A table of which nothing is known but its name. */
import type { Location } from '../text/span';
import type { Table } from './model';

export const emptyTable = (name: readonly string[], kind: Table['kind'], at: Location) =>
  ({
    name,
    kind,
    columns: new Map(),
    uniques: [],
    indexes: [],
    foreignKeys: [],
    exclusions: [],
    triggers: [],
    columnsComplete: false,
    at,
  }) satisfies Table;
