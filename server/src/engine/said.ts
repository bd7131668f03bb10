/** What a text says of libraries before anything parses it: regular expressions over the whole of it. */
import { orms } from '../orms';
import type { Orm } from '../orms/orm';

/** What a text alone says. */
export interface Said {
  readonly text: string;
  /** Libraries whose packages it names. */
  readonly names: readonly Orm[];
  /** Libraries whose models it may declare. */
  readonly declares: readonly Orm[];
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
const anyOf = (texts: readonly string[]): RegExp => new RegExp(texts.join('|') || '(?!)');

/** Most files name no library at all: one test says so. */
const [anyName, anyMarker, names] = [
  anyOf(orms.filter((orm) => !orm.always).flatMap(({ modules }) => modules.map(escaped))),
  anyOf(orms.flatMap(({ models }) => (models?.kind === 'code' ? [models.marker.source] : []))),
  new Map(orms.map((orm) => [orm, anyOf(orm.modules.map(escaped))])),
];

export const saidBy = (text: string): Said => ({
  text,
  names: anyName.test(text) ? orms.filter((orm) => !orm.always && names.get(orm)?.test(text)) : [],
  declares: anyMarker.test(text)
    ? orms.filter(({ models }) => models?.kind === 'code' && models.marker.test(text))
    : [],
});

const markers = new WeakMap<readonly Orm[], readonly RegExp[]>();

/** The libraries whose calls may stand in a text. Most texts have none, which one test for each kind of marker says. */
export function mayBeIn(text: string, live: readonly Orm[]): readonly Orm[] {
  const any = markers.get(live) ?? together(live.map(({ marker }) => marker));
  markers.set(live, any);
  return any.some((marker) => marker.test(text)) ? live.filter(({ marker }) => marker.test(text)) : [];
}

const together = (all: readonly RegExp[]): readonly RegExp[] =>
  [...new Set(all.map(({ flags }) => flags))].map(
    (flags) => new RegExp(all.flatMap((one) => (one.flags === flags ? [one.source] : [])).join('|'), flags),
  );
