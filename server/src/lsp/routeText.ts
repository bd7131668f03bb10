/** A route in words: the sentence of the hover, the few words of the lens. The reasons are routing's own. */
import type { Route } from '../routing/route';

/** "Runs on 1 of 32 shards". */
export function routeSentence(route: Route): string {
  const { count, of } = route.shards;
  switch (route.reach) {
    case 'none':
      return 'Runs on no shard: no row can match';
    case 'single':
      return of === undefined ? 'Runs on one shard' : `Runs on 1 of ${of} shards`;
    case 'subset':
      if (count !== undefined) return of === undefined ? `Runs on ${count} shards` : `Runs on ${count} of ${of} shards`;
      return of === undefined ? 'Runs on some of the shards' : `Runs on some of the ${of} shards`;
    case 'scatter':
      return of === undefined ? 'Runs on every shard' : `Runs on all ${of} shards`;
    case 'reference':
      return 'Runs on any one shard: each has a copy';
    case 'unsharded':
      return 'Runs on the unsharded database';
    case 'unknown':
      return 'Where it runs is not known';
  }
}

const crossings: Readonly<Record<NonNullable<Route['crossShard']>, string>> = {
  join: 'Rows of several shards are joined',
  subplan: 'A part of it runs first, and its rows are sent to the shards',
  repartition: 'Rows move between shards',
  coordinator: 'Rows are gathered above the shards',
};

/** What else is to be said, one sentence each. */
export const routeNotes = (route: Route): readonly string[] => [
  ...(route.refused ? [`The router rejects it: ${route.refused.because}`] : []),
  ...(route.crossShard ? [`${crossings[route.crossShard]}.`] : []),
  ...(route.merge.length > 0 ? [`Left to do above the shards: ${route.merge.join(', ')}.`] : []),
  ...(route.alternatives.length > 0 ? [`Depending on what the caller gives: ${route.alternatives.join(', ')}.`] : []),
  ...(route.answer && !route.refused ? [route.answer] : []),
  ...(route.confidence === 'certain'
    ? []
    : [`This is ${route.confidence === 'likely' ? 'likely, not certain' : 'a guess'}.`]),
];

/** "scatter · 32 shards". */
export function routeLabel(route: Route): string {
  const { count, of } = route.shards;
  const shards = (number: number | undefined): string[] =>
    number === undefined ? [] : [`${number} shard${number === 1 ? '' : 's'}`];
  const parts = {
    none: ['no shard'],
    single: of === undefined ? ['one shard'] : [`1 of ${of} shards`],
    subset: count === undefined ? ['some shards'] : of === undefined ? shards(count) : [`${count} of ${of} shards`],
    scatter: ['scatter', ...shards(of)],
    reference: ['any shard'],
    unsharded: ['unsharded'],
    unknown: ['not known'],
  }[route.reach];
  return [
    ...(route.refused ? ['rejected'] : []),
    ...parts,
    ...(route.crossShard ? [`cross-shard ${route.crossShard}`] : []),
  ].join(' · ');
}
