/** DDL nodes → the neutral DDL; undefined for statements of other kinds. */
import type { Ddl } from '../../query/ddl';
import type { Span } from '../../text/span';
import type { Node, RangeVar } from '../engines/libpgQuery';
import { alterTable } from './ddl/alter';
import { createIndex, createTable, createTableAs, createTrigger, createType, createView } from './ddl/create';
import { alterEnum, altersTable, drop, otherDdl, rename, setSchema } from './ddl/objects';
import { findName, objectParts, rangeName } from './ddl/places';
import { as, type Lowering, type NodeMap, type NodeTag, strings, tagOf } from './lowering';

type DdlHandlers = { readonly [T in NodeTag]?: (node: NodeMap[T], cx: Lowering, span: Span) => Ddl };

const named = (what: string, parts: readonly string[], cx: Lowering, span: Span): Ddl =>
  otherDdl(what, parts.length === 0 ? [] : [findName(cx, parts, span.start)], span);

const related = (what: string, relation: RangeVar | undefined, cx: Lowering, span: Span): Ddl =>
  otherDdl(what, relation === undefined ? [] : [rangeName(relation, cx)], span);

const handlers: DdlHandlers = {
  CreateStmt: createTable,
  CreateTableAsStmt: createTableAs,
  ViewStmt: createView,
  IndexStmt: createIndex,
  CreateTrigStmt: createTrigger,
  CreateEnumStmt: (node, cx, span) => createType(node.typeName, cx, span, node.vals ?? []),
  CreateRangeStmt: (node, cx, span) => createType(node.typeName, cx, span),
  CreateDomainStmt: (node, cx, span) => createType(node.domainname, cx, span),
  CompositeTypeStmt: (node, cx, span) => ({ kind: 'create-type', name: rangeName(node.typevar, cx), span }),
  AlterEnumStmt: alterEnum,
  AlterTableStmt: (node, cx, span) =>
    altersTable(node) ? alterTable(node, cx, span) : related('alter', node.relation, cx, span),
  DropStmt: drop,
  RenameStmt: rename,
  AlterObjectSchemaStmt: setSchema,
  CreateForeignTableStmt: ({ base }, cx, span) =>
    base === undefined ? otherDdl('create-foreign-table', [], span) : createTable(base, cx, span),
  DefineStmt: (node, cx, span) =>
    node.kind === 'OBJECT_TYPE'
      ? createType(node.defnames, cx, span)
      : named('create-object', strings(node.defnames), cx, span),
  CreateSchemaStmt: (node, cx, span) =>
    named('create-schema', node.schemaname === undefined ? [] : [node.schemaname], cx, span),
  CreateSeqStmt: (node, cx, span) => related('create-sequence', node.sequence, cx, span),
  AlterSeqStmt: (node, cx, span) => related('alter-sequence', node.sequence, cx, span),
  CreateFunctionStmt: (node, cx, span) =>
    named(node.is_procedure ? 'create-procedure' : 'create-function', strings(node.funcname), cx, span),
  CreateExtensionStmt: (node, cx, span) =>
    named('create-extension', node.extname === undefined ? [] : [node.extname], cx, span),
  CommentStmt: (node, cx, span) => named('comment', objectParts(node.object), cx, span),
  RuleStmt: (node, cx, span) => related('create-rule', node.relation, cx, span),
  CreatePolicyStmt: (node, cx, span) => related('create-policy', node.table, cx, span),
};

export const lowerDdl = (node: Node, cx: Lowering, span: Span): Ddl | undefined => {
  const tag = tagOf(node);
  if (tag === undefined) return undefined;
  const handler = handlers[tag] as ((content: unknown, cx: Lowering, span: Span) => Ddl) | undefined;
  if (handler !== undefined) return handler(as(node, tag), cx, span);
  // `AlterOwnerStmt` → `alter-owner`
  if (!/^(Create|Alter|Drop|Grant|Define|Reassign|SecLabel|Import)/.test(tag)) return undefined;
  return otherDdl(
    tag
      .replace(/Stmt$/, '')
      .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
      .toLowerCase(),
    [],
    span,
  );
};
