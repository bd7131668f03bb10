/** An importer of DDL whose own words say how a table is placed: one function from a statement to a table. */
import type { Lexical } from '../../../sql/lexical';
import type { Importer } from '../../importer';
import type { MapProblem, ShardTable } from '../../model';
import { nothing, type Report } from '../declared';
import { type DdlStatement, ddlStatements } from '../tableDdl';

export interface DdlReader {
  /** The table as it is now placed, by its name; `undefined` leaves what was known. */
  read(statement: DdlStatement, tables: ReadonlyMap<string, ShardTable>, report: Report): ShardTable | undefined;
}

export interface DdlSystem {
  readonly lexical: Lexical;
  /** A fresh state for one import. */
  start(): DdlReader;
}

export const tableName = (name: readonly string[]): string => name.join('.').toLowerCase();

export const importDdl =
  ({ lexical, start }: DdlSystem): Importer['import'] =>
  (files) => {
    const problems: MapProblem[] = [];
    const tables = new Map<string, ShardTable>();
    const report: Report = (at, severity, code, message) => {
      problems.push({ at, severity, code, message });
    };
    const reader = start();
    for (const statement of ddlStatements(files, lexical)) {
      for (const name of statement.dropped) tables.delete(tableName(name));
      const table = reader.read(statement, tables, report);
      if (table) tables.set(tableName(table.name), table);
    }
    return { ...nothing, tables: [...tables.values()], problems };
  };
