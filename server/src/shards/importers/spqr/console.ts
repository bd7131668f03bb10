/** SPQR's console statements, replayed: distributions, key ranges, attached and reference relations. */
import { didYouMean } from '../../../text/didYouMean';
import type { Location, Span } from '../../../text/span';
import type { MappingValue } from '../../model';
import type { Report } from '../declared';
import { commaParts, find, follows, nameAt, type Word } from '../words';
import { type Attached, relationsIn } from './relations';

export interface Distribution {
  readonly name: string;
  readonly types: readonly string[];
  readonly hashed: boolean;
  readonly at: Location;
}

export interface KeyRange {
  readonly name: string;
  readonly from: readonly MappingValue[];
  readonly shard: string;
  readonly distribution: string;
  readonly at: Location;
}

export interface Relation extends Attached {
  readonly distribution: string;
  readonly at: Location;
}

export interface State {
  readonly distributions: Map<string, Distribution>;
  ranges: KeyRange[];
  /** Distribution → the shard of all keys below its first range. */
  readonly defaults: Map<string, string>;
  /** Distributions whose ranges SPQR cuts itself: so many shards, if they are named. */
  readonly cut: Map<string, number | undefined>;
  readonly relations: Map<string, Relation>;
  readonly references: Map<
    string,
    { readonly name: readonly string[]; readonly generated: readonly string[]; readonly at: Location }
  >;
}

export const startConsole = (): State => ({
  distributions: new Map(),
  ranges: [],
  defaults: new Map(),
  cut: new Map(),
  relations: new Map(),
  references: new Map(),
});

export function applyConsole(words: readonly Word[], file: string, state: State, report: Report): void {
  const at = (span: Span): Location => ({ file, span: { start: span.start, end: span.end } });
  if (follows(words, 0, 'CREATE|ADD DISTRIBUTION')) define(words, state, at);
  else if (follows(words, 0, 'CREATE|ADD KEY RANGES FOR DISTRIBUTION')) {
    const shards = find(words, 'USING SHARDS');
    const named = shards < 0 ? undefined : commaParts(words.slice(shards + 2)).length;
    state.cut.set(words[5]?.text ?? '', named);
  } else if (follows(words, 0, 'CREATE|ADD KEY RANGE')) keyRange(words, state, at);
  else if (follows(words, 0, 'ALTER DISTRIBUTION')) alter(words, state, at, report);
  // A bare CREATE TABLE is a table's own DDL; the console takes it for a relation, files mean the former.
  else if (follows(words, 0, 'CREATE DISTRIBUTED RELATION|TABLE') || follows(words, 0, 'CREATE RELATION')) {
    const given = Math.max(find(words, 'FOR DISTRIBUTION') + 1, find(words, 'IN'));
    const distribution = given > 0 ? nameAt(words, given + 1)?.name.join('.') : lastOf(state);
    if (distribution !== undefined)
      attach(words, follows(words, 1, 'RELATION') ? 1 : 2, distribution, state, at, report);
  } else if (follows(words, 0, 'CREATE|ADD REFERENCE RELATION|TABLE')) {
    const name = nameAt(words, 3);
    const counted = find(words, 'AUTO INCREMENT');
    const generated = counted < 0 ? [] : columnsUpTo(words.slice(counted + 2), 'ON');
    if (name) state.references.set(name.name.join('.'), { name: name.name, generated, at: at(name) });
  } else if (follows(words, 0, 'DROP KEY RANGE')) {
    const all = words[3]?.keyword === 'ALL';
    state.ranges = all ? [] : state.ranges.filter(({ name }) => name !== words[3]?.text);
  } else if (follows(words, 0, 'DROP DISTRIBUTION')) drop(words, state);
}

function define(words: readonly Word[], state: State, at: (span: Span) => Location): void {
  const name = nameAt(words, 2);
  const types = find(words, 'COLUMN TYPES');
  const start = types >= 0 ? types + 2 : name && words[name.next]?.text === '(' ? name.next : -1;
  if (!name || start < 0) return;
  const fallback = find(words, 'DEFAULT SHARD');
  const listed = words.slice(start, fallback < 0 ? undefined : fallback);
  const columns = commaParts(listed.filter(({ text }) => text !== '(' && text !== ')'));
  const hashed = columns.some((column) => column.some(({ keyword }) => /^HASH(?:ED)?$/.test(keyword)));
  const known = columns.map(([type]) => type?.text ?? '');
  const id = name.name.join('.');
  state.distributions.set(id, { name: id, types: known, hashed, at: at(name) });
  const shard = fallback < 0 ? undefined : words[fallback + 2]?.text;
  if (shard !== undefined) state.defaults.set(id, shard);
}

function keyRange(words: readonly Word[], state: State, at: (span: Span) => Location): void {
  const from = find(words, 'FROM');
  const route = find(words, 'ROUTE TO');
  const target = route < 0 ? undefined : nameAt(words, route + 2);
  if (from < 0 || !target) return;
  const name = from > 3 ? nameAt(words, 3) : undefined;
  const given = find(words, 'FOR DISTRIBUTION');
  const distribution = given < 0 ? lastOf(state) : nameAt(words, given + 2)?.name.join('.');
  if (distribution === undefined) return;
  const bounds = commaParts(words.slice(from + 1, route)).map(boundOf);
  const range = { from: bounds, shard: target.name.join('.'), distribution, at: at(name ?? target) };
  state.ranges.push({ ...range, name: name?.name.join('.') ?? '' });
}

function alter(words: readonly Word[], state: State, at: (span: Span) => Location, report: Report): void {
  const distribution = nameAt(words, 2)?.name.join('.') ?? '';
  const attached = find(words, 'ATTACH RELATION|TABLE');
  const detached = find(words, 'DETACH RELATION|TABLE');
  const renamed = find(words, 'RENAME DISTRIBUTION COLUMN');
  if (attached >= 0) attach(words, attached + 1, distribution, state, at, report);
  else if (detached >= 0) state.relations.delete(nameAt(words, detached + 2)?.name.join('.') ?? '');
  else if (follows(words, 3, 'ADD DEFAULT SHARD')) state.defaults.set(distribution, words[6]?.text ?? '');
  else if (follows(words, 3, 'DROP DEFAULT SHARD')) state.defaults.delete(distribution);
  else if (renamed >= 0) {
    const id = nameAt(words, 5)?.name.join('.') ?? '';
    const relation = state.relations.get(id);
    const [from, to] = [words[renamed + 3]?.text, words[renamed + 5]?.text];
    if (!relation || from === undefined || to === undefined) return;
    const key = relation.key.map((column) => (column.toLowerCase() === from.toLowerCase() ? to : column));
    state.relations.set(id, { ...relation, key });
  }
}

function attach(
  words: readonly Word[],
  from: number,
  distribution: string,
  state: State,
  at: (span: Span) => Location,
  report: Report,
): void {
  const known = state.distributions.get(distribution);
  for (const relation of relationsIn(words, from)) {
    const place = at(relation.span);
    const title = relation.name.join('.');
    if (!known) {
      const meant = didYouMean(distribution, [...state.distributions.keys()]);
      const message = `No distribution \`${distribution}\` is made in these files.${meant ? ` Did you mean \`${meant}\`?` : ''}`;
      report(place, 'error', 'unknown-distribution', message);
    } else if (relation.parts !== known.types.length) {
      const message = `\`${distribution}\` has ${known.types.length} key columns, \`${title}\` gives ${relation.parts}.`;
      report(place, 'error', 'key-columns', message);
    }
    if (relation.key.length > 0) state.relations.set(title, { ...relation, distribution, at: place });
  }
}

function drop(words: readonly Word[], state: State): void {
  const gone = words[2]?.keyword === 'ALL' ? [...state.distributions.keys()] : [words[2]?.text ?? ''];
  for (const name of gone) {
    state.distributions.delete(name);
    state.defaults.delete(name);
    state.cut.delete(name);
  }
  state.ranges = state.ranges.filter(({ distribution }) => !gone.includes(distribution));
  for (const [key, { distribution }] of state.relations) if (gone.includes(distribution)) state.relations.delete(key);
}

function columnsUpTo(words: readonly Word[], phrase: string): readonly string[] {
  const end = find(words, phrase);
  return commaParts(words.slice(0, end < 0 ? undefined : end)).flatMap(([column]) => column?.text ?? []);
}

const lastOf = (state: State): string | undefined => [...state.distributions.keys()].at(-1);

function boundOf(words: readonly Word[]): MappingValue {
  const text = words.map((word) => word.text).join('');
  const whole = words.at(-1)?.kind === 'number' && /^-?\d+$/.test(text);
  if (!whole) return text;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}
