/** What planning one statement needs to know. */
import type { ShardTable } from '../../../shards/model';
import type { TableIndex } from '../../../shards/resolve';
import type { Universe } from '../../build';
import type { Rel } from '../../scope';
import { Equalities, equalityOf, split } from './columns';
import type { Option } from './options';

export interface Planning {
  readonly universe: Universe;
  readonly equalities: Equalities;
  readonly index: TableIndex;
  /** Ways that the receiver or a `USE keyspace:shard` gives. */
  pinned(rel: Rel): readonly Option[];
  /** Tables that the statement writes: a copy elsewhere does not stand in for them. */
  readonly written: ReadonlySet<Rel>;
}

/** Equalities of all inner predicates; an outer join's ON holds for matches only. */
export function equalitiesOf(universe: Universe): Equalities {
  const found = new Equalities();
  for (const scope of universe.scopes) {
    for (const { what, items } of scope.facts) {
      if (items) continue;
      const pair = what.kind === 'equal' ? ([what.a, what.b] as const) : split(what.expr, scope).map(equalityOf)[0];
      if (pair && !pair.some((node) => node.startsWith('#'))) found.add(pair);
    }
  }
  return found;
}

/** A map of one sharded keyspace need not name it; what is not sharded lies elsewhere. */
export const keyspaceOf = ({ name, kind }: ShardTable): string =>
  name.length > 1 ? (name[0] ?? '') : kind === 'unsharded' ? 'unsharded' : 'sharded';
