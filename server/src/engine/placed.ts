/** A statement as rules on units and workspaces see it. */
import { tablesOf, writesOf } from '../query/tables';
import type { FileKind, Placed } from '../rules/rule';
import { tableIndex } from '../shards/resolve';
import { queriesOf, type Statement } from './statement';

const known = new WeakMap<Statement, Placed>();

/** Undefined where no engine reads its text. Asked once for every unit that a statement is part of. */
export function placedOf(statement: Statement, kindOf: (file: string) => FileKind): Placed | undefined {
  const placed = known.get(statement) ?? place(statement, kindOf);
  if (placed) known.set(statement, placed);
  return placed;
}

function place(statement: Statement, kindOf: (file: string) => FileKind): Placed | undefined {
  const { query, found, file, span, nameSpan, orm, route, effective } = statement;
  if (query === undefined) return undefined;
  const index = tableIndex(effective.map, effective.schema);
  const physical = (refs: ReturnType<typeof tablesOf>): readonly string[] => [
    ...new Set(refs.map(({ name }) => (index.find(name.parts)?.name ?? name.parts).join('.'))),
  ];
  const queries = queriesOf(statement);
  const written = new Set(queries.flatMap(writesOf));
  return {
    file,
    orm,
    query,
    queries,
    route,
    at: span,
    name: nameSpan,
    reads: physical(queries.flatMap(tablesOf).filter((ref) => !written.has(ref))),
    writes: physical([...written]),
    toSource: statement.place.toSource,
    kind: kindOf(file),
    confidence: found?.confidence ?? 'certain',
    target: statement.target,
    targetByName: found?.targetByName === true,
    ...(statement.rate !== undefined && { rate: statement.rate }),
    ...(found?.transaction === undefined ? {} : { transaction: found.transaction }),
  };
}
