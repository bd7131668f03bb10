/** The values that a statement's keys are bound to, in the words of the unit that sends it. */
import { writesOf } from '../../query/tables';
import { routeStatement } from '../../routing/routeStatement';
import type { KeyValues } from '../../rules/unit';
import { tableIndex } from '../../shards/resolve';
import { queriesOf, type Statement } from '../statement';
import type { Handing } from './handing';

/** The shared algebra's answer: what binds a key does not depend on the router. */
const generic = { name: 'generic', settings: {} };

export function keysOf(statement: Statement, handing: Handing): readonly KeyValues[] {
  const { found, effective } = statement;
  const { map, schema } = effective;
  const index = tableIndex(map, schema);
  const pins = (found?.pins ?? []).map(({ column, value }) => ({ column, value }));
  const shared = { map: { ...map, router: generic }, schema, pins, hints: [], shallow: false };
  return queriesOf(statement).flatMap((one) => {
    const written = new Set(writesOf(one).map(({ name }) => index.find(name.parts)?.name.join('.')));
    return routeStatement(one, shared).bindings.flatMap(({ table, how, values }): readonly KeyValues[] => {
      const declared = index.find(table.split('.'));
      if (declared?.kind !== 'sharded') return [];
      const own = values.map((value) => (value.startsWith('$') ? `$${handing.value(value.slice(1))}` : value));
      return [{ table, group: declared.group, how, values: own, write: written.has(table) }];
    });
  });
}
