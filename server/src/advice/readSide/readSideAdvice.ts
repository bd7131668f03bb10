/**
 * How reads are taken off the shards, the cheapest step first: a replica for what stays on a shard, a copied column for a
 * join that reads one, a kept answer for totals, and a read model of their own for what is left. A statement is served by
 * the first step that does.
 */

import type { Schema } from '../../schema/model';
import type { ShardMap } from '../../shards/model';
import { denormaliseSteps } from './denormalise';
import { readModelSteps } from './readModels';
import { replicaSteps } from './replicas';
import { type Reading, type ReadSideStep, type Sending, sendsAtOnce } from './step';
import { viewSteps } from './views';

export type { ReadSideStep } from './step';

export function readSideAdvice(survey: Reading): readonly ReadSideStep[] {
  const copies = denormaliseSteps(survey);
  const solved = new Set(copies.flatMap(({ statements }) => statements.map(sendsAtOnce)));
  const views = viewSteps(survey, solved);
  for (const { statements } of views) for (const one of statements) solved.add(sendsAtOnce(one));
  return [...replicaSteps(survey), ...copies, ...views, ...readModelSteps(survey, solved)];
}

const known = new WeakMap<readonly Sending[], readonly ReadSideStep[]>();

/** The same for all rules that look at the same statements. */
export function readSideAdviceOn(
  statements: readonly Sending[],
  { map, schema }: { readonly map: ShardMap; readonly schema: Schema },
): readonly ReadSideStep[] {
  const made = known.get(statements) ?? readSideAdvice({ map, schema, statements });
  known.set(statements, made);
  return made;
}
