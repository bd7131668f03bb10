/** Statements that are not routed by predicates. */
import type { Name, Other, TableRef } from '../../query/model';
import { tablesDefined } from '../../query/tables';
import type { Span } from '../../text/span';
import type { Node } from '../engines/libpgQuery';
import { lowerDdl } from './ddl';
import { rangeVar } from './from';
import { as, type Lowering, tagOf } from './lowering';

const tablesOf = (nodes: readonly (Node | undefined)[], cx: Lowering): TableRef[] =>
  nodes.flatMap((node) => {
    const range = as(node, 'RangeVar');
    const table = range === undefined ? undefined : rangeVar(range, cx);
    return table?.kind === 'table' ? [table] : [];
  });

/** Known when the statement runs: a stand-in is in the name, whatever schema it is in. */
const isChosen = ({ parts, span }: Name, { source, stands }: Lowering): boolean => {
  const start = parts.length > 1 ? source.nameEnd(span.start, parts.length - 1) : span.start;
  return [...stands.keys()].some((at) => start <= at && at < span.end);
};

/** The words behind the statement's first keyword. */
const argumentOf = (cx: Lowering, span: Span): string => {
  const { source } = cx;
  return source.text.slice(source.skip(source.tokenEnd(span.start)), span.end);
};

export const lowerOther = (node: Node, cx: Lowering, span: Span): Other => {
  const other = (what: Other['what'], more: Partial<Other> = {}): Other => ({
    kind: 'other',
    what,
    tables: [],
    ...more,
    span,
  });
  const inner = (query: Node | undefined): Partial<Other> => (query === undefined ? {} : { inner: cx.query(query) });
  switch (tagOf(node)) {
    case 'TransactionStmt':
      return other('transaction', { argument: cx.source.text.slice(span.start, span.end) });
    case 'VariableSetStmt':
      return other('set', { argument: argumentOf(cx, span) });
    case 'VariableShowStmt':
      return other('show', { argument: argumentOf(cx, span) });
    case 'ExplainStmt':
      return other('explain', inner(as(node, 'ExplainStmt')?.query));
    case 'PrepareStmt':
      return other('prepare', {
        ...inner(as(node, 'PrepareStmt')?.query),
        argument: as(node, 'PrepareStmt')?.name ?? '',
      });
    case 'ExecuteStmt':
    case 'DeallocateStmt':
      return other('prepare', { argument: argumentOf(cx, span) });
    case 'CallStmt':
    case 'DoStmt':
      return other('call', { argument: argumentOf(cx, span) });
    case 'TruncateStmt':
      return other('truncate', { tables: tablesOf(as(node, 'TruncateStmt')?.relations ?? [], cx) });
    case 'LockStmt':
      return other('lock', { tables: tablesOf(as(node, 'LockStmt')?.relations ?? [], cx) });
    case 'CopyStmt': {
      const copy = as(node, 'CopyStmt');
      const relation = copy?.relation === undefined ? [] : [{ RangeVar: copy.relation }];
      return other('copy', { tables: tablesOf(relation, cx), ...inner(copy?.query) });
    }
    case 'DeclareCursorStmt':
      return other('utility', inner(as(node, 'DeclareCursorStmt')?.query));
    case 'RefreshMatViewStmt': {
      const relation = as(node, 'RefreshMatViewStmt')?.relation;
      return other('utility', { tables: tablesOf(relation === undefined ? [] : [{ RangeVar: relation }], cx) });
    }
    default: {
      const ddl = lowerDdl(node, cx, span);
      if (ddl === undefined) return other('utility');
      const made = other('ddl', { ddl });
      return tablesDefined(made).some((name) => isChosen(name, cx)) ? other('ddl') : made;
    }
  }
};
