/** INSERT, UPDATE, DELETE and MERGE. */
import type {
  Assignment,
  Delete,
  From,
  Insert,
  InsertColumn,
  Merge,
  MergeAction,
  OnConflict,
  OpaqueFrom,
  Query,
  SelectItem,
  TableRef,
  Update,
} from '../../query/model';
import { noSpan, type Span } from '../../text/span';
import type {
  DeleteStmt,
  InsertStmt,
  MergeStmt,
  MergeWhenClause,
  Node,
  OnConflictClause,
  RangeVar,
  ReturningClause,
  UpdateStmt,
} from '../engines/libpgQuery';
import { lowerFrom, rangeVar } from './from';
import { as, type Lowering, opaque, standAt } from './lowering';
import { selectItems, withClause } from './tail';

const target = (relation: RangeVar | undefined, cx: Lowering): TableRef | OpaqueFrom =>
  relation === undefined ? { kind: 'opaque-from', why: 'a missing table', span: noSpan } : rangeVar(relation, cx);

const returning = (clause: ReturningClause | undefined, cx: Lowering): { readonly returning?: SelectItem[] } =>
  clause === undefined ? {} : { returning: selectItems(clause.exprs, cx) };

const optionalWhere = (node: Node | undefined, cx: Lowering) => (node === undefined ? {} : { where: cx.expr(node) });

const insertColumns = (nodes: readonly Node[] | undefined, cx: Lowering): InsertColumn[] =>
  (nodes ?? []).map((node) => {
    const column = as(node, 'ResTarget');
    const start = cx.source.at(column?.location);
    return { name: column?.name ?? '', span: { start, end: cx.source.tokenEnd(start) } };
  });

/** Assignments, and whether one goes to a column that the text does not name. */
const assignments = (nodes: readonly Node[] | undefined, cx: Lowering): { set: Assignment[]; open: boolean } => {
  const set: Assignment[] = [];
  let open = false;
  for (const node of nodes ?? []) {
    const item = as(node, 'ResTarget');
    if (item === undefined) continue;
    const start = cx.source.at(item.location);
    if (standAt(cx, start) !== undefined) {
      open = true;
      continue;
    }
    const value = item.val === undefined ? opaque('a missing value', noSpan) : cx.expr(item.val);
    const name = { start, end: cx.source.tokenEnd(start) };
    const span = value.span.start > start ? cx.source.between(name, value.span) : name;
    set.push({ column: item.name ?? '', qualifier: [], value, span });
  }
  return { set, open };
};

const onConflict = (clause: OnConflictClause | undefined, cx: Lowering): { readonly onConflict?: OnConflict } => {
  if (clause === undefined) return {};
  const columns = (clause.infer?.indexElems ?? []).flatMap((element) => as(element, 'IndexElem')?.name ?? []);
  const { set } = assignments(clause.targetList, cx);
  const partial = clause.infer?.whereClause;
  const targetWhere = partial === undefined ? {} : { targetWhere: cx.expr(partial) };
  return { onConflict: { target: columns, ...targetWhere, set, ...optionalWhere(clause.whereClause, cx) } };
};

export const lowerInsert = (node: InsertStmt, cx: Lowering, span: Span): Insert => {
  const columns = node.cols === undefined ? undefined : insertColumns(node.cols, cx);
  const unnamed = columns?.some((column) => standAt(cx, column.span.start) !== undefined);
  const select = as(node.selectStmt, 'SelectStmt');
  const last = columns?.[columns.length - 1]?.span.end ?? cx.source.at(node.relation?.location);
  const source: Insert['source'] =
    select === undefined
      ? 'default'
      : unnamed
        ? opaque('columns and values that are known at run time', span)
        : insertSource(cx.select(select), last);
  return {
    kind: 'insert',
    ...(node.withClause !== undefined && { with: withClause(node.withClause, cx) }),
    table: target(node.relation, cx),
    ...(columns !== undefined && !unnamed && { columns }),
    source,
    ...onConflict(node.onConflictClause, cx),
    ...returning(node.returningClause, cx),
    span,
  };
};

/** A source without anything in it takes the whole statement's span; it cannot start before the table. */
const insertSource = (query: Query, after: number): Query =>
  query.span.start >= after ? query : { ...query, span: { start: after, end: query.span.end } };

export const lowerUpdate = (node: UpdateStmt, cx: Lowering, span: Span): Update => {
  const table = target(node.relation, cx);
  const { set, open } = assignments(node.targetList, cx);
  return {
    kind: 'update',
    ...(node.withClause !== undefined && { with: withClause(node.withClause, cx) }),
    targets: [table],
    from: [table, ...froms(node.fromClause, cx)],
    set,
    ...(open && { openSet: true }),
    ...optionalWhere(node.whereClause, cx),
    orderBy: [],
    ...returning(node.returningClause, cx),
    span,
  };
};

export const lowerDelete = (node: DeleteStmt, cx: Lowering, span: Span): Delete => {
  const table = target(node.relation, cx);
  return {
    kind: 'delete',
    ...(node.withClause !== undefined && { with: withClause(node.withClause, cx) }),
    targets: [table],
    from: [table, ...froms(node.usingClause, cx)],
    ...optionalWhere(node.whereClause, cx),
    orderBy: [],
    ...returning(node.returningClause, cx),
    span,
  };
};

const froms = (nodes: readonly Node[] | undefined, cx: Lowering): From[] =>
  (nodes ?? []).map((node) => lowerFrom(node, cx));

export const lowerMerge = (node: MergeStmt, cx: Lowering, span: Span): Merge => ({
  kind: 'merge',
  ...(node.withClause !== undefined && { with: withClause(node.withClause, cx) }),
  target: target(node.relation, cx),
  source: lowerFrom(node.sourceRelation, cx),
  on: node.joinCondition === undefined ? opaque('a missing condition', noSpan) : cx.expr(node.joinCondition),
  actions: (node.mergeWhenClauses ?? []).flatMap((clause) => {
    const when = as(clause, 'MergeWhenClause');
    return when === undefined ? [] : [mergeAction(when, cx)];
  }),
  ...returning(node.returningClause, cx),
  span,
});

const mergeAction = (node: MergeWhenClause, cx: Lowering): MergeAction => {
  const when =
    node.matchKind === 'MERGE_WHEN_MATCHED'
      ? 'matched'
      : node.matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE'
        ? 'not-matched-by-source'
        : 'not-matched';
  const base = { when, ...(node.condition !== undefined && { condition: cx.expr(node.condition) }) } as const;
  switch (node.commandType) {
    case 'CMD_INSERT':
      return {
        ...base,
        action: 'insert',
        ...(node.targetList !== undefined && { columns: insertColumns(node.targetList, cx).map((c) => c.name) }),
        ...(node.values !== undefined && { values: node.values.map(cx.expr) }),
      };
    case 'CMD_UPDATE':
      return { ...base, action: 'update', set: assignments(node.targetList, cx).set };
    case 'CMD_DELETE':
      return { ...base, action: 'delete' };
    default:
      return { ...base, action: 'nothing' };
  }
};
