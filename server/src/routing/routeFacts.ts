/** What several rules ask of a route. */
import type { Reason, ReasonCode, Route, TableBinding } from './route';

export const reason = (route: Route, ...codes: readonly ReasonCode[]): Reason | undefined =>
  route.reasons.find(({ code }) => codes.includes(code));

/** Sharded tables that no predicate binds, in the order of the statement. */
export const unbound = (route: Route): readonly TableBinding[] =>
  route.bindings.filter(({ how, key }) => key.length > 0 && (how === 'none' || how === 'range'));

/** A comment or the receiver says that the fan-out is meant. */
export const isIntended = (route: Route): boolean =>
  route.reasons.some(({ code, text }) => code === 'hint' || (code === 'receiver' && text.includes('on purpose')));

/** `all 32 shards`, or `every shard` where the number is not known. */
export const allShards = ({ shards }: Route): string =>
  shards.of !== undefined ? `all ${shards.of} shards` : 'every shard';

/** Information where some variant of the statement stays on one shard. */
export const softerWhereSingle = (route: Route): { readonly severity?: 'information' } =>
  route.alternatives.some((reach) => reach === 'single' || reach === 'none') ? { severity: 'information' } : {};
