/** ALTER TABLE. */
import type { AlterAction, AlterTable } from '../../../query/ddl';
import type { Span } from '../../../text/span';
import type { AlterTableCmd, AlterTableStmt } from '../../engines/libpgQuery';
import { as, type Lowering } from '../lowering';
import { typeModifiers, typeName } from '../types';
import { readColumn, readConstraint } from './columns';
import { elementAt, rangeName } from './places';

export const alterTable = (node: AlterTableStmt, cx: Lowering, span: Span): AlterTable => {
  const { source } = cx;
  const name = rangeName(node.relation, cx);
  const actions: AlterAction[] = [];
  let start = source.skip(name.span.end);
  if (source.text[start] === '*') start = source.skip(start + 1);
  for (const item of node.cmds ?? []) {
    const command = as(item, 'AlterTableCmd');
    if (command === undefined) continue;
    const place = elementAt(cx, start);
    actions.push(...action(command, cx, place));
    start = source.skip(source.skip(place.end) + 1);
  }
  return { kind: 'alter-table', name, actions, span };
};

const action = (node: AlterTableCmd, cx: Lowering, span: Span): AlterAction[] => {
  const column = node.name ?? '';
  switch (node.subtype) {
    case 'AT_AddColumn': {
      const raw = as(node.def, 'ColumnDef');
      return raw === undefined ? [] : [{ kind: 'add-column', ...readColumn(raw, cx), span }];
    }
    case 'AT_DropColumn':
      return [{ kind: 'drop-column', column, span }];
    case 'AT_AlterColumnType': {
      const type = as(node.def, 'ColumnDef')?.typeName;
      return [{ kind: 'alter-type', column, type: typeName(type), modifiers: typeModifiers(type), span }];
    }
    case 'AT_SetNotNull':
      return [{ kind: 'set-not-null', column, span }];
    case 'AT_DropNotNull':
      return [{ kind: 'drop-not-null', column, span }];
    case 'AT_ColumnDefault':
      if (node.def === undefined) return [{ kind: 'drop-default', column, span }];
      return [{ kind: 'set-default', column, default: cx.expr(node.def), span }];
    case 'AT_AddIdentity':
      return [{ kind: 'set-identity', column, identity: 'identity', span }];
    case 'AT_DropIdentity':
      return [{ kind: 'set-identity', column, span }];
    case 'AT_AddConstraint': {
      const raw = as(node.def, 'Constraint');
      if (raw?.contype === 'CONSTR_NOTNULL') {
        const [key] = raw.keys ?? [];
        return [{ kind: 'set-not-null', column: as(key, 'String')?.sval ?? '', span }];
      }
      const constraint =
        raw === undefined ? undefined : readConstraint(raw, cx, constraintPlace(cx, raw.location, span));
      return constraint === undefined ? [] : [{ kind: 'add-constraint', constraint, span }];
    }
    case 'AT_DropConstraint':
      return [{ kind: 'drop-constraint', name: column, span }];
    case 'AT_AttachPartition':
    case 'AT_DetachPartition': {
      const partition = rangeName(as(node.def, 'PartitionCmd')?.name, cx);
      return [
        { kind: node.subtype === 'AT_AttachPartition' ? 'attach-partition' : 'detach-partition', partition, span },
      ];
    }
    default: {
      // `AT_SetRelOptions` → `set-rel-options`
      const what = (node.subtype ?? 'unknown')
        .replace(/^AT_/, '')
        .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
        .toLowerCase();
      return [{ kind: 'other', what, span }];
    }
  }
};

const constraintPlace = (cx: Lowering, location: number | undefined, within: Span): Span => ({
  start: Math.max(within.start, cx.source.at(location)),
  end: within.end,
});
