/** A statement as rules on units and workspaces see it. */
import type { Query } from '../query/model';
import { tablesOf, writesOf } from '../query/tables';
import type { FileKind, Placed } from '../rules/rule';
import type { Effective } from '../shards/load';
import { tableIndex } from '../shards/resolve';
import { queriesOf, type Statement } from './statement';
import { answerBy } from './statementShapes';

const known = new WeakMap<Statement, Placed>();

/** Undefined where no engine reads its text. Asked once for every unit that a statement is part of. */
export function placedOf(statement: Statement, kindOf: (file: string) => FileKind): Placed | undefined {
  const placed = known.get(statement) ?? place(statement, kindOf);
  if (placed) known.set(statement, placed);
  return placed;
}

function place(statement: Statement, kindOf: (file: string) => FileKind): Placed | undefined {
  const { query, found, file, span, nameSpan, orm, route, effective, shaped } = statement;
  if (query === undefined) return undefined;
  const queries = queriesOf(statement);
  const kind = kindOf(file);
  return {
    file,
    orm,
    query,
    queries,
    route,
    at: span,
    name: nameSpan,
    ...(shaped ? answerBy(shaped, 'tables', (of) => tablesIn([of], effective)) : tablesIn(queries, effective)),
    toSource: statement.place.toSource,
    kind,
    own: kind === 'source',
    confidence: found?.confidence ?? 'certain',
    target: statement.target,
    targetByName: found?.targetByName === true,
    ...(shaped && { alike: shaped.shape }),
    ...(statement.rate !== undefined && { rate: statement.rate }),
    ...(found?.transaction === undefined ? {} : { transaction: found.transaction }),
  };
}

/** Physical names. */
function tablesIn(queries: readonly Query[], { map, schema }: Effective): Pick<Placed, 'reads' | 'writes'> {
  const index = tableIndex(map, schema);
  const physical = (refs: ReturnType<typeof tablesOf>): readonly string[] => [
    ...new Set(refs.map(({ name }) => (index.find(name.parts)?.name ?? name.parts).join('.'))),
  ];
  const written = new Set(queries.flatMap(writesOf));
  return {
    reads: physical(queries.flatMap(tablesOf).filter((ref) => !written.has(ref))),
    writes: physical([...written]),
  };
}
