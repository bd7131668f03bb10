import type { ColumnDef, ConstraintDef, CreateIndex, CreateTable, IndexPart, PartitionBy } from '../../query/ddl';
import type { Query } from '../../query/model';
import { readColumn, readConstraint, readIndex } from './column';
import type { Cursor } from './cursor';
import { readExpr } from './expression';
import { readName, readNameList } from './name';
import { readQuery, startsQuery } from './query';

/** Behind CREATE [TEMPORARY] TABLE. */
export const readCreateTable = (c: Cursor, start: number, temporary: boolean): CreateTable => {
  const ifNotExists = c.take('IF', 'NOT', 'EXISTS');
  const name = readName(c);
  const columns: ColumnDef[] = [];
  const constraints: ConstraintDef[] = [];
  const indexes: CreateIndex[] = [];
  const options: Record<string, string> = {};
  const base = { kind: 'create-table', name, ifNotExists, temporary, inherits: [] } as const;
  const bracketedLike = c.atOp('(') && c.peek(1).upper === 'LIKE';
  if (bracketedLike || c.at('LIKE')) {
    c.takeOp('(');
    c.expect('LIKE');
    const like = readName(c);
    if (bracketedLike) c.expectOp(')');
    const copied = { columns, constraints, options: {}, like, likeIncluding: ['all'] };
    return { ...base, ...copied, span: c.since(start) };
  }
  if (c.atOp('(') && !startsQuery(c, 1)) {
    c.bracketed(() => {
      const distribution = c.at('SHARD', 'KEY') || c.at('SORT', 'KEY') ? c.next().text.toLowerCase() : undefined;
      const index = readIndex(c, name);
      // SingleStore's SHARD KEY (a, b) and SORT KEY say how rows are spread, not how they are found.
      if (distribution && index) {
        options[`${distribution} key`] = index.columns.map(({ column }) => column).join(',');
        return undefined;
      }
      if (index) return indexes.push(index);
      const constraint = c.take('PERIOD') ? readPeriod(c) : readConstraint(c);
      if (constraint) return constraints.push(constraint);
      if (constraint === null) return undefined;
      const declared = readColumn(c);
      columns.push(declared.column);
      return constraints.push(...declared.constraints);
    });
  }
  readTableOptions(c, options);
  const partitionBy = c.take('PARTITION', 'BY') ? readPartitionBy(c) : undefined;
  const as = readAs(c);
  // Options of servers that only speak MySQL's language (PolarDB-X: DBPARTITION BY HASH (id)) must not hide the columns.
  const rest = c.here();
  if (columns.length && !c.atOp(';')) c.skipToEnd();
  if (c.lastEnd > rest) options.rest = c.written(rest);
  return {
    ...base,
    columns,
    constraints,
    ...(partitionBy && { partitionBy }),
    ...(indexes.length && { indexes }),
    ...(as && { as }),
    options,
    span: c.since(start),
  };
};

/** MariaDB's PERIOD FOR name (a, b) declares nothing that is asked for. */
const readPeriod = (c: Cursor): null => {
  c.expect('FOR');
  c.anyName();
  c.skipBracket();
  return null;
};

const readAs = (c: Cursor): Query | undefined => {
  c.takeAny('IGNORE', 'REPLACE');
  if (c.take('AS') || startsQuery(c, 0)) return readQuery(c);
  return undefined;
};

/** `ENGINE = InnoDB, DEFAULT CHARSET utf8mb4 …` into `options`, names in lower case. */
export const readTableOptions = (c: Cursor, options: Record<string, string>): void => {
  for (;;) {
    const from = c.here();
    const isDefault = c.take('DEFAULT');
    const token = c.peek();
    const known =
      tableOptions.has(token.upper) || c.atAny('CHARACTER', 'COLLATE', 'UNION') || c.peek(1).upper === 'DIRECTORY';
    if (!known && !isDefault && !c.atOp('=', 1)) return;
    if (token.kind !== 'word') return;
    c.next();
    let name = token.text.toLowerCase();
    if (name === 'character') c.expect('SET');
    if (name === 'character') name = 'charset';
    if (name === 'data' || name === 'index') c.expect('DIRECTORY');
    if (name === 'with' || name === 'without') {
      c.expect('SYSTEM', 'VERSIONING');
      options['system versioning'] = name;
      continue;
    }
    c.takeOp('=');
    const at = c.here();
    if (c.atOp('(')) c.skipBracket();
    else options[name] = c.next().text;
    options[name] ??= c.written(at);
    if (c.lastEnd <= from) return;
    c.takeOp(',');
  }
};

const tableOptions = new Set(
  `ENGINE AUTO_INCREMENT AVG_ROW_LENGTH CHARSET CHECKSUM COMMENT COMPRESSION CONNECTION DELAY_KEY_WRITE ENCRYPTION
  INSERT_METHOD KEY_BLOCK_SIZE MAX_ROWS MIN_ROWS PACK_KEYS PASSWORD ROW_FORMAT STATS_AUTO_RECALC STATS_PERSISTENT
  STATS_SAMPLE_PAGES SECONDARY_ENGINE TABLE_CHECKSUM TABLESPACE STORAGE AUTOEXTEND_SIZE SHARD_ROW_ID_BITS PRE_SPLIT_REGIONS TTL WITH WITHOUT
  TRANSACTIONAL PAGE_CHECKSUM`.split(/\s+/),
);

/** Behind PARTITION BY; single partitions and subpartitions are passed over. */
export const readPartitionBy = (c: Cursor): PartitionBy => {
  c.take('LINEAR');
  const word = c.takeAny('HASH', 'KEY', 'RANGE', 'LIST', 'SYSTEM_TIME') ?? c.fail();
  const columns = readPartitionKey(c, word);
  let partitions: number | undefined;
  if (c.take('PARTITIONS')) partitions = Number(c.next().text);
  if (c.take('SUBPARTITION', 'BY')) {
    c.take('LINEAR');
    readPartitionKey(c, c.takeAny('HASH', 'KEY') ?? c.fail());
    if (c.take('SUBPARTITIONS')) c.next();
  }
  if (c.atOp('(')) c.skipBracket();
  const strategy = word === 'HASH' ? 'hash' : word === 'KEY' ? 'key' : word === 'LIST' ? 'list' : 'range';
  return { strategy, columns, ...(partitions !== undefined && { partitions }) };
};

const readPartitionKey = (c: Cursor, word: string): IndexPart[] => {
  if (c.take('ALGORITHM')) {
    c.takeOp('=');
    c.next();
  }
  const columnList = c.take('COLUMNS');
  if (!c.atOp('(')) {
    // SYSTEM_TIME INTERVAL 1 MONTH
    while (!c.atEnd() && !c.atOp('(') && !c.at('PARTITIONS')) c.next();
    return [];
  }
  if (c.atOp(')', 1)) {
    c.skipBracket();
    return [];
  }
  if (columnList || word === 'KEY') return readNameList(c).map((column) => ({ column }));
  return c.bracketed(() => {
    const expr = readExpr(c);
    return expr.kind === 'column' ? { column: expr.name } : { expr };
  });
};
