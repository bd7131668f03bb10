import { childKeyFix } from '../advice/childKeyFix';
import { ddlSupport, routerTitle } from '../routing/ddlSupport';
import { declaredAt, declaredTables } from '../routing/declaredTables';
import { foreignKeyFate } from '../routing/foreignKeys';
import { defineRule } from './rule';

export default defineRule({
  id: 'orphaning-foreign-key',
  meta: {
    summary: 'A foreign key of an ordinary table refers to a sharded one',
    why: 'The rows it refers to are on the shards, where nobody looks for it: what they leave behind is orphaned.',
    remedy: 'Shard the table by the same key, make it a reference table, or drop the constraint and clean up in code.',
    whenNot: 'The constraint is dropped outside of the files that are read.',
    sources: ['Citus: local tables with foreign keys to distributed tables'],
    severity: 'error',
    since: '0.1',
    messages: {
      orphans:
        '`{child}` is an ordinary table and `{parent}` is on the shards: {router} does not keep this foreign key, and rows of `{child}` outlive what they refer to.',
    },
  },
  map({ map, schema, placing, report }) {
    const support = ddlSupport(map.router, 'foreign-key-from-local');
    if (support === 'fine') return;
    const declared = declaredTables(map, schema);
    for (const { ddl, table: child } of declared.all) {
      for (const foreign of ddl.foreignKeys) {
        const parent = foreign.logical ? undefined : declared.target(foreign.table)?.table;
        if (!parent || foreignKeyFate(child, parent, foreign).kind !== 'from-local') continue;
        const names = { child: (child?.name ?? ddl.name).join('.'), parent: parent.name.join('.') };
        const related = [...declaredAt(parent), ...(child ? declaredAt(child) : [])];
        report(
          'orphans',
          foreign.at,
          { ...names, router: routerTitle(map.router) },
          // A table that the map leaves out may be forgotten rather than local.
          {
            related,
            fixes: childKeyFix({ map, schema, placing }, ddl, foreign),
            ...(child ? { severity: support } : { severity: 'information', confidence: 'likely' }),
          },
        );
      }
    }
  },
});
