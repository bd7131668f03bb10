import { childKeyFix } from '../advice/childKeyFix';
import { ddlSupport, routerTitle } from '../routing/ddlSupport';
import { declaredAt, declaredTables } from '../routing/declaredTables';
import { foreignKeyFate } from '../routing/foreignKeys';
import { widenedForeignKey } from '../routing/keyEdits';
import { defineRule } from './rule';

export default defineRule({
  id: 'cross-shard-foreign-key',
  meta: {
    summary: 'A foreign key refers to rows of other shards',
    why: 'A shard sees its own rows alone: the constraint is refused, or it rejects rows whose parent lies elsewhere.',
    remedy:
      'Put the shard key in both sides, make the other table a reference table, or give the constraint up and check in code.',
    whenNot: 'Constraints that are declared for documentation and never created on the shards.',
    sources: ['Citus: foreign keys on distributed tables', 'Vitess: foreign keys, cross-shard', 'PgDog: foreign keys'],
    severity: 'error',
    since: '0.1',
    messages: {
      offKey:
        'This foreign key does not pair the shard key of `{child}` with that of `{parent}` (`{key}`): the row it refers to may lie on another shard. {verdict}',
      otherGroup:
        '`{child}` and `{parent}` are not co-located: the row that this foreign key refers to may lie on another shard. {verdict}',
      toLocal:
        '`{child}` is sharded and `{parent}` is not: no shard has the rows that this foreign key refers to. {verdict}',
      fromReference:
        '`{child}` is a copy on every shard, and `{parent}` is spread over them: no copy has all the rows that this foreign key refers to. {verdict}',
      moves: '{action} would change the shard key of `{child}`, and with it the shard of its rows. {verdict}',
    },
  },
  map({ map, schema, placing, report }) {
    const support = ddlSupport(map.router, 'foreign-key-across');
    if (support === 'fine') return;
    const declared = declaredTables(map, schema);
    const verdict =
      support === 'error'
        ? `${routerTitle(map.router).replace(/^t/, 'T')} refuses it.`
        : 'Each shard checks it against its own rows alone.';
    for (const { ddl, table: child } of declared.all) {
      if (!child) continue;
      for (const foreign of ddl.foreignKeys) {
        const target = foreign.logical ? undefined : declared.target(foreign.table);
        if (!target) continue;
        const parent = target.table;
        const fate = foreignKeyFate(child, parent, foreign);
        const names = { child: child.name.join('.'), parent: (parent?.name ?? foreign.table).join('.'), verdict };
        const related = [...declaredAt(child), ...(parent && parent !== child ? declaredAt(parent) : [])];
        const more = { related, severity: support } as const;
        switch (fate.kind) {
          case 'off-key': {
            const both = child.kind === 'sharded' && parent && target.ddl;
            const edits =
              both && widenedForeignKey({ ddl, table: child }, { ddl: both, table: parent }, foreign, map.dialect);
            const title = `Add \`${child.shardKey.join(', ')}\` to the foreign key, if this migration has not run yet`;
            const fixes = edits ? [{ title, safe: false, edits }] : childKeyFix({ map, schema, placing }, ddl, foreign);
            report('offKey', foreign.at, { ...names, key: child.shardKey.join(', ') }, { ...more, fixes });
            break;
          }
          case 'other-group':
            report('otherGroup', foreign.at, names, {
              ...more,
              fixes: childKeyFix({ map, schema, placing }, ddl, foreign),
            });
            break;
          case 'to-local':
            // A table that the map leaves out may be forgotten rather than local.
            report(
              'toLocal',
              foreign.at,
              names,
              parent ? more : { related, severity: 'information', confidence: 'likely' },
            );
            break;
          case 'from-reference':
            report('fromReference', foreign.at, names, more);
            break;
          case 'moves':
            if (ddlSupport(map.router, 'foreign-key-moves') === 'fine') break;
            report('moves', foreign.at, { child: names.child, verdict, action: fate.action }, more);
            break;
        }
      }
    }
  },
});
