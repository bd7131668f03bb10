/** CREATE TABLE, INDEX, VIEW, TYPE, TRIGGER. */
import type {
  ColumnDef,
  ConstraintDef,
  CreateIndex,
  CreateTable,
  CreateTrigger,
  CreateType,
  CreateView,
  PartitionBy,
} from '../../../query/ddl';
import type { Name } from '../../../query/model';
import type { Span } from '../../../text/span';
import type {
  CreateStmt,
  CreateTableAsStmt,
  CreateTrigStmt,
  IndexStmt,
  Node,
  PartitionSpec,
  ViewStmt,
} from '../../engines/libpgQuery';
import { as, type Lowering, lastString, stringOf, strings } from '../lowering';
import { indexParts, readColumn, readConstraint } from './columns';
import { elementAt, findName, listAfter, rangeName } from './places';

export const createTable = (node: CreateStmt, cx: Lowering, span: Span): CreateTable => {
  const columns: ColumnDef[] = [];
  const constraints: ConstraintDef[] = [];
  let like: { readonly like?: Name; readonly likeIncluding?: readonly string[] } = {};
  for (const element of node.tableElts ?? []) {
    const column = as(element, 'ColumnDef');
    const constraint = as(element, 'Constraint');
    const copied = as(element, 'TableLikeClause');
    if (column !== undefined) {
      const read = readColumn(column, cx);
      columns.push(read.column);
      constraints.push(...read.constraints);
    } else if (constraint !== undefined) {
      const read = readConstraint(constraint, cx, elementAt(cx, cx.source.at(constraint.location)));
      if (read !== undefined) constraints.push(read);
    } else if (copied?.relation !== undefined) {
      like = { like: rangeName(copied.relation, cx), likeIncluding: likeWords(copied.options ?? 0) };
    }
  }
  const parents = (node.inhRelations ?? []).flatMap((parent) => {
    const relation = as(parent, 'RangeVar');
    return relation === undefined ? [] : [rangeName(relation, cx)];
  });
  const [partitionOf] = node.partbound === undefined ? [] : parents;
  return {
    kind: 'create-table',
    name: rangeName(node.relation, cx),
    ifNotExists: node.if_not_exists ?? false,
    temporary: node.relation?.relpersistence === 't',
    columns: columns.map((column) => withPrimaryKey(column, constraints)),
    constraints,
    ...(node.partspec !== undefined && { partitionBy: partitionBy(node.partspec, cx) }),
    ...(partitionOf !== undefined && { partitionOf }),
    inherits: partitionOf === undefined ? parents : [],
    ...like,
    options: {
      ...options(node.options),
      ...(node.accessMethod !== undefined && { using: node.accessMethod }),
      ...(node.tablespacename !== undefined && { tablespace: node.tablespacename }),
    },
    span,
  };
};

/** The columns of a primary key cannot be NULL, whatever they say. */
const withPrimaryKey = (column: ColumnDef, constraints: readonly ConstraintDef[]): ColumnDef =>
  !column.notNull &&
  constraints.some((one) => one.kind === 'primary' && one.columns.some((part) => part.column === column.name))
    ? { ...column, notNull: true }
    : column;

const likeBits: readonly (readonly [number, string])[] = [
  [1, 'comments'],
  [2, 'compression'],
  [4, 'constraints'],
  [8, 'defaults'],
  [16, 'generated'],
  [32, 'identity'],
  [64, 'indexes'],
  [128, 'statistics'],
  [256, 'storage'],
];

const likeWords = (bits: number): string[] => {
  const words = likeBits.flatMap(([bit, word]) => ((bits & bit) === bit ? [word] : []));
  return words.length === likeBits.length ? ['all'] : words;
};

const strategies = {
  PARTITION_STRATEGY_HASH: 'hash',
  PARTITION_STRATEGY_LIST: 'list',
  PARTITION_STRATEGY_RANGE: 'range',
} as const;

const partitionBy = (node: PartitionSpec, cx: Lowering): PartitionBy => ({
  strategy: strategies[node.strategy ?? 'PARTITION_STRATEGY_RANGE'],
  columns: indexParts(node.partParams, cx),
});

const options = (nodes: readonly Node[] | undefined): Record<string, string> => {
  const all: Record<string, string> = {};
  for (const node of nodes ?? []) {
    const option = as(node, 'DefElem');
    if (option?.defname !== undefined) all[option.defname.toLowerCase()] = optionValue(option.arg);
  }
  return all;
};

const optionValue = (node: Node | undefined): string => {
  if (node === undefined) return 'true';
  const text = as(node, 'String')?.sval ?? as(node, 'Float')?.fval;
  const integer = as(node, 'Integer');
  if (integer !== undefined) return String(integer.ival ?? 0);
  const boolean = as(node, 'Boolean');
  if (boolean !== undefined) return String(boolean.boolval ?? false);
  return text ?? lastString(as(node, 'TypeName')?.names);
};

/** CREATE TABLE … AS and CREATE MATERIALIZED VIEW. */
export const createTableAs = (node: CreateTableAsStmt, cx: Lowering, span: Span): CreateTable | CreateView => {
  const name = rangeName(node.into?.rel, cx);
  const query = node.query === undefined ? undefined : cx.query(node.query);
  const columns = node.into?.colNames?.map(stringOf);
  if (node.objtype === 'OBJECT_MATVIEW') {
    return {
      kind: 'create-view',
      name,
      ...(columns !== undefined && { columns }),
      ...(query !== undefined && { query }),
      materialized: true,
      span,
    };
  }
  return {
    kind: 'create-table',
    name,
    ifNotExists: node.if_not_exists ?? false,
    temporary: node.into?.rel?.relpersistence === 't',
    columns: (columns ?? []).map((column) => ({
      name: column,
      type: '',
      modifiers: [],
      notNull: false,
      span: name.span,
    })),
    constraints: [],
    inherits: [],
    ...(query !== undefined && { as: query }),
    options: options(node.into?.options),
    span,
  };
};

export const createView = (node: ViewStmt, cx: Lowering, span: Span): CreateView => ({
  kind: 'create-view',
  name: rangeName(node.view, cx),
  ...(node.aliases !== undefined && { columns: strings(node.aliases) }),
  ...(node.query !== undefined && { query: cx.query(node.query) }),
  materialized: false,
  span,
});

export const createIndex = (node: IndexStmt, cx: Lowering, span: Span): CreateIndex => {
  const table = rangeName(node.relation, cx);
  const list = listAfter(cx, table.span.end, span.end);
  return {
    kind: 'create-index',
    ...(node.idxname !== undefined && { name: node.idxname }),
    table,
    unique: node.unique ?? false,
    columns: indexParts(node.indexParams, cx),
    ...(node.whereClause !== undefined && { where: cx.expr(node.whereClause) }),
    ...(list && { written: { list } }),
    span,
  };
};

export const createType = (
  names: readonly Node[] | undefined,
  cx: Lowering,
  span: Span,
  values?: readonly Node[],
): CreateType => ({
  kind: 'create-type',
  name: findName(cx, strings(names), span.start),
  ...(values !== undefined && { values: strings(values) }),
  span,
});

export const createTrigger = (node: CreateTrigStmt, cx: Lowering, span: Span): CreateTrigger => ({
  kind: 'create-trigger',
  name: node.trigname ?? '',
  table: rangeName(node.relation, cx),
  span,
});
