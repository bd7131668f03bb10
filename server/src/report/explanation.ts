/** A route in words, for the terminal. The reasons are routing's own. */
import type { Route, Shards } from '../routing/route';
import { oneLine } from './printable';
import type { RuleText } from './report';

export interface Explained {
  readonly sql: string;
  readonly route: Route;
  /** "src/orders.ts:12:15", where it is known. */
  readonly place?: string;
}

const sqlShown = 400;

export function explanationText(statements: readonly Explained[]): string {
  const blocks = statements.map(({ sql, route, place }) => {
    const text = oneLine(sql);
    return [
      ...(place ? [`${place}:`] : []),
      text.length > sqlShown ? `${text.slice(0, sqlShown)}…` : text,
      `→ ${headline(route)}`,
      ...(route.refused ? [`  ✗ ${oneLine(route.refused.because)}`] : []),
      ...reasonLines(route).map((line) => `  • ${oneLine(line)}`),
      ...(route.answer ? [`  ⇒ ${oneLine(route.answer)}`] : []),
      '',
    ].join('\n');
  });
  return blocks.join('\n');
}

/** A text once, however many places it is about; the refusal has its own line. */
export const reasonLines = ({ reasons, refused }: Route): readonly string[] =>
  [...new Set(reasons.map(({ text }) => text))].filter((text) => text !== refused?.because);

/** "single shard, 1 of 32 · certain". */
export function headline(route: Route): string {
  const parts = [
    ...(route.refused ? ['refused by the router'] : []),
    `${reachText[route.reach]}${shardText(route.shards)}`,
    ...(route.crossShard ? [`rows move between shards (${route.crossShard})`] : []),
    ...(route.merge.length > 0 ? [`above the shards: ${route.merge.join(', ')}`] : []),
    ...(route.alternatives.length > 0
      ? [`or ${route.alternatives.map((reach) => reachText[reach]).join(' or ')}`]
      : []),
    route.confidence,
  ];
  return parts.join(' · ');
}

const reachText: Readonly<Record<Route['reach'], string>> = {
  none: 'no shard: nothing can match',
  single: 'one shard',
  subset: 'some shards',
  scatter: 'every shard',
  reference: 'any shard: a reference table',
  unsharded: 'the unsharded database',
  unknown: 'not known',
};

function shardText({ count, of, ids }: Shards): string {
  if (count === undefined) return of === undefined ? '' : ` of ${of}`;
  const which = ids && ids.length > 0 && ids.length <= 8 ? ` (${ids.join(', ')})` : '';
  return `, ${count}${of === undefined ? '' : ` of ${of}`}${which}`;
}

export function ruleText(id: string, rule: RuleText): string {
  return [
    `${id}: ${rule.summary}`,
    '',
    rule.why,
    '',
    `What to do: ${rule.remedy}`,
    ...(rule.whenNot ? ['', `When to turn it off: ${rule.whenNot}`] : []),
    '',
    `Severity: ${rule.severity}. To change it: rules: { ${id}: off | hint | information | warning | error } in the shard map.`,
    `To accept one place: a comment \`shardlint-disable-next-line ${id}: reason\` above the statement.`,
    '',
  ].join('\n');
}
