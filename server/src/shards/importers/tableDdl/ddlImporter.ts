/** An importer of DDL whose own words say how a table is placed: one function from a statement to a table. */
import type { Lexical } from '../../../sql/lexical';
import type { Importer } from '../../importer';
import type { MapProblem, ShardTable } from '../../model';
import { nothing, type Report } from '../declared';
import { type DdlStatement, ddlStatements } from '../tableDdl';
import { follows, nameAt } from '../words';

export interface DdlReader {
  /** The table as it is now placed, by its name; `undefined` leaves what was known. */
  read(statement: DdlStatement, tables: ReadonlyMap<string, ShardTable>, report: Report): ShardTable | undefined;
}

export interface DdlSystem {
  readonly lexical: Lexical;
  /** A fresh state for one import. */
  start(): DdlReader;
  /** `CREATE TABLE a LIKE b` places the one as the other is placed. */
  readonly likeCopies?: true;
}

export const tableName = (name: readonly string[]): string => name.join('.').toLowerCase();

export const importDdl =
  ({ lexical, start, likeCopies }: DdlSystem): Importer['import'] =>
  (files) => {
    const problems: MapProblem[] = [];
    const tables = new Map<string, ShardTable>();
    const report: Report = (at, severity, code, message) => {
      problems.push({ at, severity, code, message });
    };
    const reader = start();
    for (const statement of ddlStatements(files, lexical)) {
      for (const name of statement.dropped) tables.delete(tableName(name));
      const table = (likeCopies && copy(statement, tables)) || reader.read(statement, tables, report);
      if (table) tables.set(tableName(table.name), table);
    }
    return { ...nothing, tables: [...tables.values()], problems };
  };

function copy({ table }: DdlStatement, tables: ReadonlyMap<string, ShardTable>): ShardTable | undefined {
  const like = table && [table.tail, table.body].find((words) => follows(words, 0, 'LIKE'));
  const name = like && nameAt(like, 1);
  const other = name && tables.get(tableName(name.name));
  if (!table || !other) return undefined;
  const alone = other.group === other.name.join('.');
  return { ...other, name: table.name, at: table.at, group: alone ? table.name.join('.') : other.group };
}
