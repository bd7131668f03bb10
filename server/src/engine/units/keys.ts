/** The values that a statement's keys are bound to, in the words of the unit that sends it. */
import { writesOf } from '../../query/tables';
import { routeStatement } from '../../routing/routeStatement';
import type { KeyValues } from '../../rules/unit';
import type { ShardMap } from '../../shards/model';
import { tableIndex } from '../../shards/resolve';
import { queriesOf, type Statement } from '../statement';
import type { Handing } from './handing';

/** The shared algebra's answer: what binds a key does not depend on the router. */
const generic = { name: 'generic', settings: {} };

const plain = new WeakMap<ShardMap, ShardMap>();
const known = new WeakMap<Statement, readonly KeyValues[]>();

export const keysOf = (statement: Statement, handing: Handing): readonly KeyValues[] =>
  boundIn(statement).map((one) => ({
    ...one,
    values: one.values.map((value) => (value.startsWith('$') ? `$${handing.value(value.slice(1))}` : value)),
  }));

/** In the words of the statement's own function: asked for every unit that the statement is part of. */
function boundIn(statement: Statement): readonly KeyValues[] {
  const bound = known.get(statement) ?? routed(statement);
  known.set(statement, bound);
  return bound;
}

function routed(statement: Statement): readonly KeyValues[] {
  const { found, effective } = statement;
  const { map, schema } = effective;
  const index = tableIndex(map, schema);
  const pins = (found?.pins ?? []).map(({ column, value }) => ({ column, value }));
  const bare = plain.get(map) ?? { ...map, router: generic };
  plain.set(map, bare);
  const shared = { map: bare, schema, pins, hints: [], shallow: false };
  return queriesOf(statement).flatMap((one) => {
    const written = new Set(writesOf(one).map(({ name }) => index.find(name.parts)?.name.join('.')));
    return routeStatement(one, shared).bindings.flatMap(({ table, how, values }): readonly KeyValues[] => {
      const declared = index.find(table.split('.'));
      if (declared?.kind !== 'sharded') return [];
      return [{ table, group: declared.group, how, values, write: written.has(table) }];
    });
  });
}
