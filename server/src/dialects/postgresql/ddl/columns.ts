/** Column definitions and constraints. */
import type { ColumnDef, ConstraintDef, ForeignAction, ForeignWriting, IndexPart } from '../../../query/ddl';
import type { Expr } from '../../../query/model';
import type { Span } from '../../../text/span';
import type { Constraint, Node, ColumnDef as RawColumn } from '../../engines/libpgQuery';
import { as, type Lowering, lastString, opaque, strings } from '../lowering';
import { serialTypes, typeModifiers, typeName } from '../types';
import { elementAt, listAfter, rangeName } from './places';

export interface ReadColumn {
  readonly column: ColumnDef;
  /** Constraints that stand in the column's definition. */
  readonly constraints: readonly ConstraintDef[];
}

export const readColumn = (raw: RawColumn, cx: Lowering): ReadColumn => {
  const span = elementAt(cx, cx.source.at(raw.location));
  const name = raw.colname ?? '';
  const written = raw.typeName === undefined ? '' : typeName(raw.typeName);
  const serial = serialTypes.get(written);
  const column: { -readonly [K in keyof ColumnDef]: ColumnDef[K] } = {
    name,
    type: serial ?? written,
    modifiers: typeModifiers(raw.typeName),
    notNull: serial !== undefined || raw.is_not_null === true,
    span,
  };
  if (serial !== undefined) column.identity = 'serial';
  if (raw.collClause !== undefined) column.collation = lastString(raw.collClause.collname);

  const constraints: ConstraintDef[] = [];
  const nodes = (raw.constraints ?? []).flatMap((node) => as(node, 'Constraint') ?? []);
  nodes.forEach((node, index) => {
    const start = cx.source.at(node.location);
    const next = nodes[index + 1];
    const limit = next === undefined ? span.end : cx.source.at(next.location);
    const end = start + cx.source.text.slice(start, limit).trimEnd().length;
    switch (node.contype) {
      case 'CONSTR_NOTNULL':
        column.notNull = true;
        break;
      case 'CONSTR_DEFAULT':
        if (node.raw_expr !== undefined) column.default = cx.expr(node.raw_expr);
        break;
      case 'CONSTR_IDENTITY':
        column.identity = 'identity';
        column.notNull = true;
        break;
      case 'CONSTR_GENERATED':
        if (node.raw_expr !== undefined) column.generated = cx.expr(node.raw_expr);
        break;
      default: {
        if (node.contype === 'CONSTR_PRIMARY') column.notNull = true;
        const before = cx.source.text.slice(0, start).trimEnd().length;
        const inline = end === span.end ? { start: before, end } : undefined;
        const constraint = readConstraint(node, cx, { start, end }, name, inline);
        if (constraint !== undefined) constraints.push(constraint);
      }
    }
  });
  return { column, constraints };
};

/** `column`: the column whose definition it stands in. */
export const readConstraint = (
  node: Constraint,
  cx: Lowering,
  span: Span,
  column?: string,
  inline?: Span,
): ConstraintDef | undefined => {
  const name = node.conname === undefined ? {} : { name: node.conname };
  const own = column === undefined ? [] : [column];
  switch (node.contype) {
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE': {
      const columns = (node.keys === undefined ? own : strings(node.keys)).map((key) => ({ column: key }));
      const usingIndex = node.indexname === undefined ? {} : { usingIndex: node.indexname };
      const kind = node.contype === 'CONSTR_PRIMARY' ? 'primary' : 'unique';
      const bare =
        inline !== undefined && /(?:primary\s+key|unique)$/i.test(cx.source.text.slice(span.start, span.end));
      const list = node.keys === undefined ? undefined : listAfter(cx, span.start, span.end);
      const written = list ? { written: { list } } : bare ? { written: { inline } } : {};
      return { kind, ...name, columns: node.indexname === undefined ? columns : [], ...usingIndex, ...written, span };
    }
    case 'CONSTR_FOREIGN':
      return {
        kind: 'foreign',
        ...name,
        columns: node.fk_attrs === undefined ? own : strings(node.fk_attrs),
        references: rangeName(node.pktable, cx),
        referenced: strings(node.pk_attrs),
        ...foreignAction('onDelete', node.fk_del_action),
        ...foreignAction('onUpdate', node.fk_upd_action),
        ...(node.fk_del_set_cols !== undefined && { sets: strings(node.fk_del_set_cols) }),
        ...foreignWriting(node, cx, span, inline),
        span,
      };
    case 'CONSTR_CHECK':
      return { kind: 'check', ...name, expr: optionalExpr(node.raw_expr, cx, span), span };
    case 'CONSTR_EXCLUSION': {
      const columns = (node.exclusions ?? []).flatMap((pair) => {
        const [element, operator] = as(pair, 'List')?.items ?? [];
        const part = indexPart(element, cx);
        return part === undefined ? [] : [{ ...part, operator: lastString(as(operator, 'List')?.items) }];
      });
      return { kind: 'exclude', ...name, columns, span };
    }
    default:
      return undefined;
  }
};

const optionalExpr = (node: Node | undefined, cx: Lowering, span: Span): Expr =>
  node === undefined ? opaque('a missing condition', span) : cx.expr(node);

const foreignWriting = (
  node: Constraint,
  cx: Lowering,
  span: Span,
  inline: Span | undefined,
): { readonly written?: ForeignWriting } => {
  const { source } = cx;
  const table = rangeName(node.pktable, cx).span;
  let start = -1;
  for (let at = source.skip(span.start); at < table.start; at = source.skip(source.tokenEnd(at))) start = at;
  if (start < 0 || !/^references\b/i.test(source.text.slice(start, table.start))) return {};
  const references = { start, end: start + 'references'.length };
  const list = node.fk_attrs === undefined ? undefined : listAfter(cx, span.start, start);
  const referenced =
    node.pk_attrs === undefined ? { start: table.end, end: table.end } : listAfter(cx, table.end, span.end);
  if (referenced === undefined || (list === undefined && inline === undefined)) return {};
  return { written: { ...(list ? { list } : { inline }), references, referenced } };
};

const foreignActions: Readonly<Record<string, ForeignAction>> = {
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};

const foreignAction = (key: 'onDelete' | 'onUpdate', letter: string | undefined) => {
  const action = foreignActions[letter ?? ''];
  return action === undefined ? {} : { [key]: action };
};

export const indexPart = (node: Node | undefined, cx: Lowering): IndexPart | undefined => {
  const element = as(node, 'IndexElem') ?? as(node, 'PartitionElem');
  if (element === undefined) return undefined;
  const descending = 'ordering' in element && element.ordering === 'SORTBY_DESC';
  // YugabyteDB's HASH stands where PostgreSQL has the operator class.
  const hash = lastString(element.opclass) === 'hash';
  return {
    ...(element.name !== undefined && { column: element.name }),
    ...(element.expr !== undefined && { expr: cx.expr(element.expr) }),
    ...(descending && { descending }),
    ...(hash && { hash }),
  };
};

export const indexParts = (nodes: readonly Node[] | undefined, cx: Lowering): IndexPart[] =>
  (nodes ?? []).flatMap((node) => indexPart(node, cx) ?? []);
