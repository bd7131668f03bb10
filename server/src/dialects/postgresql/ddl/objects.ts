/** DROP, RENAME, SET SCHEMA, and the values of an enum. */
import type { AlterEnum, Ddl, DropObject, OtherDdl, RenameObject } from '../../../query/ddl';
import type { Name } from '../../../query/model';
import type { Span } from '../../../text/span';
import type {
  AlterEnumStmt,
  AlterObjectSchemaStmt,
  AlterTableStmt,
  DropStmt,
  Node,
  ObjectType,
  RangeVar,
  RenameStmt,
} from '../../engines/libpgQuery';
import { type Lowering, strings } from '../lowering';
import { findName, objectParts, rangeName } from './places';

const dropped: Readonly<Partial<Record<ObjectType, DropObject['object']>>> = {
  OBJECT_TABLE: 'table',
  OBJECT_FOREIGN_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'view',
  OBJECT_INDEX: 'index',
  OBJECT_SCHEMA: 'schema',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_TRIGGER: 'trigger',
};

export const drop = (node: DropStmt, cx: Lowering, span: Span): DropObject => {
  const object = dropped[node.removeType ?? 'OBJECT_TABLE'] ?? 'other';
  const names: Name[] = [];
  let table: Name | undefined;
  let from = span.start;
  for (const item of node.objects ?? []) {
    const parts = objectParts(item);
    if (object === 'trigger') {
      const [name] = parts.splice(-1);
      names.push(findName(cx, [name ?? ''], from));
      table = findName(cx, parts, names[0]?.span.end ?? from);
    } else {
      const name = findName(cx, parts, from);
      names.push(name);
      from = name.span.end;
    }
  }
  return {
    kind: 'drop',
    object,
    names,
    ifExists: node.missing_ok ?? false,
    ...(node.behavior === 'DROP_CASCADE' && { cascade: true }),
    ...(table !== undefined && { table }),
    span,
  };
};

const renamed: Readonly<Partial<Record<ObjectType, RenameObject['object']>>> = {
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'view',
  OBJECT_INDEX: 'index',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_SCHEMA: 'schema',
};

/** The last such name of the statement: what it is called from now on. */
const newName = (cx: Lowering, name: string, span: Span): Name => {
  let at = findName(cx, [name], span.start);
  for (let next = at; next.span.end < span.end; at = next) {
    next = findName(cx, [name], next.span.end);
    if (next.span.start <= at.span.start) break;
  }
  return at;
};

const sibling = (of: Name, name: Name): Name => ({ parts: [...of.parts.slice(0, -1), ...name.parts], span: name.span });

const subject = (relation: RangeVar | undefined, object: Node | undefined, cx: Lowering, span: Span): Name =>
  relation === undefined ? findName(cx, objectParts(object), span.start) : rangeName(relation, cx);

export const rename = (node: RenameStmt, cx: Lowering, span: Span): Ddl => {
  const to = newName(cx, node.newname ?? '', span);
  const isTable = (type: ObjectType | undefined): boolean => type === 'OBJECT_TABLE' || type === 'OBJECT_FOREIGN_TABLE';
  if (node.relation !== undefined) {
    const name = rangeName(node.relation, cx);
    const from = node.subname ?? '';
    const place = { start: cx.source.skip(name.span.end), end: span.end };
    if (isTable(node.renameType)) {
      return { kind: 'alter-table', name, actions: [{ kind: 'rename', to, span: place }], span };
    }
    if (node.renameType === 'OBJECT_COLUMN' && isTable(node.relationType)) {
      const action = { kind: 'rename-column', from, to: node.newname ?? '', span: place } as const;
      return { kind: 'alter-table', name, actions: [action], span };
    }
    if (node.renameType === 'OBJECT_TABCONSTRAINT') {
      const action = { kind: 'rename-constraint', from, to: node.newname ?? '', span: place } as const;
      return { kind: 'alter-table', name, actions: [action], span };
    }
  }
  const object = renamed[node.renameType ?? 'OBJECT_TABLE'];
  if (object === undefined) return otherDdl('rename', [], span);
  const from =
    object === 'schema'
      ? findName(cx, [node.subname ?? ''], span.start)
      : subject(node.relation, node.object, cx, span);
  return { kind: 'rename-object', object, pairs: [{ from, to: sibling(from, to) }], span };
};

export const setSchema = (node: AlterObjectSchemaStmt, cx: Lowering, span: Span): Ddl => {
  const schema = node.newschema ?? '';
  if (node.objectType === 'OBJECT_TABLE' && node.relation !== undefined) {
    const name = rangeName(node.relation, cx);
    const place = { start: cx.source.skip(name.span.end), end: span.end };
    return { kind: 'alter-table', name, actions: [{ kind: 'set-schema', schema, span: place }], span };
  }
  const object = renamed[node.objectType ?? 'OBJECT_TABLE'];
  if (object === undefined) return otherDdl('set-schema', [], span);
  const from = subject(node.relation, node.object, cx, span);
  const to = { parts: [schema, ...from.parts.slice(-1)], span: newName(cx, schema, span).span };
  return { kind: 'rename-object', object, pairs: [{ from, to }], span };
};

export const alterEnum = (node: AlterEnumStmt, cx: Lowering, span: Span): AlterEnum => {
  const value = node.newVal ?? '';
  const beside = node.newValNeighbor;
  return {
    kind: 'alter-enum',
    name: findName(cx, strings(node.typeName), span.start),
    action:
      node.oldVal !== undefined
        ? { kind: 'rename', from: node.oldVal, to: value }
        : { kind: 'add', value, ...(beside !== undefined && { [node.newValIsAfter ? 'after' : 'before']: beside }) },
    span,
  };
};

/** ALTER of a view, an index or a sequence is no matter of tables. */
export const altersTable = (node: AlterTableStmt): boolean =>
  node.objtype === undefined || node.objtype === 'OBJECT_TABLE' || node.objtype === 'OBJECT_FOREIGN_TABLE';

export const otherDdl = (what: string, names: readonly Name[], span: Span): OtherDdl => ({
  kind: 'other-ddl',
  what,
  names,
  span,
});
