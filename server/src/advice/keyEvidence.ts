/** Why something is said of a key column. What was measured counts for more than what is declared, and a name counts least. */
import type { Location } from '../text/span';
import type { ShardKey } from './shardKeys';

/** Strongest first. */
export const rungs = ['statistics', 'type', 'reference', 'name'] as const;
export type Rung = (typeof rungs)[number];

export interface Evidence {
  readonly rung: Rung;
  /** A clause for a message: "a CHECK lists its 3 values". */
  readonly text: string;
  /** Where it stands, if it is not the column itself. */
  readonly at?: Location;
  /** It points there and does not prove it. */
  readonly soft?: boolean;
}

/** A name alone never warns. */
export const isSoft = (all: readonly Evidence[]): boolean =>
  all.some(({ rung, soft }) => soft === true || rung === 'name');

export const softened = (soft: boolean): { readonly severity?: 'information' } =>
  soft ? { severity: 'information' } : {};

/** The words of a column's name: `orderStatus`, `order_status` → order, status. */
export const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

/** The columns where they are declared, and what else speaks for the finding: once each, and not where it stands itself. */
export function placesOf(key: ShardKey, evidence: readonly Evidence[] = []) {
  const name = key.table.name.join('.');
  const places = [
    ...key.columns.flatMap(({ name: column, facts }) =>
      facts ? [{ location: facts.at, message: `\`${name}.${column}\` is declared here` }] : [],
    ),
    ...evidence.flatMap(({ at, text }) => (at ? [{ location: at, message: text }] : [])),
  ];
  const id = ({ file, span }: Location): string => `${file}:${span.start}`;
  const seen = new Set([id(key.at)]);
  return places.filter(({ location }) => !seen.has(id(location)) && seen.add(id(location)));
}
