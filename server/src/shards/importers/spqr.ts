/** SPQR: files for its console, replayed: distributions, key ranges, attached and reference relations. */
import { postgresql } from '../../dialects/postgresql';
import { didYouMean } from '../../text/didYouMean';
import type { Location, Span } from '../../text/span';
import { defineImporter, type SourceText } from '../importer';
import type { MapProblem, Mapping, MappingValue, ShardTable } from '../model';
import { declared, nothing, type Report } from './declared';
import { commaParts, find, follows, nameAt, statementWords, type Word } from './words';

interface Distribution {
  readonly name: string;
  readonly types: readonly string[];
  readonly hashed: boolean;
  readonly at: Location;
}

interface KeyRange {
  readonly name: string;
  readonly from: readonly MappingValue[];
  readonly shard: string;
  readonly distribution: string;
  readonly at: Location;
}

interface Relation {
  readonly name: readonly string[];
  readonly distribution: string;
  readonly key: readonly string[];
  readonly hash?: string;
  readonly at: Location;
}

interface State {
  readonly distributions: Map<string, Distribution>;
  ranges: KeyRange[];
  readonly relations: Map<string, Relation>;
  readonly references: Map<string, Pick<Relation, 'name' | 'at'>>;
}

export default defineImporter({
  id: 'spqr',
  title: 'SPQR console files',
  files: ['**/*.sql'],
  accepts: ({ text }) => /\b(?:create|add)\s+(?:distribution|key\s+range)\b/i.test(text),
  implies: { dialect: 'postgresql', router: 'spqr' },
  import(files) {
    const problems: MapProblem[] = [];
    const state: State = { distributions: new Map(), ranges: [], relations: new Map(), references: new Map() };
    const report: Report = (at, severity, code, message) => {
      problems.push({ at, severity, code, message });
    };
    for (const file of files) {
      for (const words of statementWords(file.text, postgresql.lexical)) apply(words, file, state, report);
    }
    return { ...nothing, tables: tablesOf(state, report), problems };
  },
});

function apply(words: readonly Word[], { path: file }: SourceText, state: State, report: Report): void {
  const at = (span: Span): Location => ({ file, span: { start: span.start, end: span.end } });
  if (follows(words, 0, 'CREATE|ADD DISTRIBUTION')) {
    const name = nameAt(words, 2);
    const types = find(words, 'COLUMN TYPES');
    if (!name || types < 0) return;
    const columns = commaParts(words.slice(types + 2).filter(({ text }) => text !== '(' && text !== ')'));
    const hashed = columns.some((column) => column.some(({ keyword }) => /^HASH(?:ED)?$/.test(keyword)));
    const known = columns.map(([type]) => type?.text ?? '');
    state.distributions.set(name.name.join('.'), { name: name.name.join('.'), types: known, hashed, at: at(name) });
  } else if (follows(words, 0, 'CREATE|ADD KEY RANGE')) {
    const from = find(words, 'FROM');
    const route = find(words, 'ROUTE TO');
    const target = route < 0 ? undefined : nameAt(words, route + 2);
    if (from < 0 || !target) return;
    const name = from > 3 ? nameAt(words, 3) : undefined;
    const given = find(words, 'FOR DISTRIBUTION');
    const distribution = given < 0 ? [...state.distributions.keys()].at(-1) : nameAt(words, given + 2)?.name.join('.');
    if (distribution === undefined) return;
    const bounds = commaParts(words.slice(from + 1, route)).map(boundOf);
    const place = name ?? target;
    const range = { from: bounds, shard: target.name.join('.'), distribution, at: at(place) };
    state.ranges.push({ ...range, name: name?.name.join('.') ?? '' });
  } else if (follows(words, 0, 'ALTER DISTRIBUTION')) {
    const distribution = nameAt(words, 2)?.name.join('.') ?? '';
    const attach = find(words, 'ATTACH RELATION|TABLE');
    const detach = find(words, 'DETACH RELATION|TABLE');
    if (attach >= 0) relation(words, attach + 2, distribution, at, state, report);
    else if (detach >= 0) state.relations.delete(nameAt(words, detach + 2)?.name.join('.') ?? '');
  } else if (follows(words, 0, 'CREATE DISTRIBUTED RELATION|TABLE')) {
    const into = find(words, 'IN');
    const distribution = into < 0 ? [...state.distributions.keys()].at(-1) : nameAt(words, into + 1)?.name.join('.');
    if (distribution !== undefined) relation(words, 3, distribution, at, state, report);
  } else if (follows(words, 0, 'CREATE|ADD REFERENCE RELATION|TABLE')) {
    const name = nameAt(words, 3);
    if (name) state.references.set(name.name.join('.'), { name: name.name, at: at(name) });
  } else if (follows(words, 0, 'DROP KEY RANGE')) {
    const all = words[3]?.keyword === 'ALL';
    state.ranges = all ? [] : state.ranges.filter(({ name }) => name !== words[3]?.text);
  } else if (follows(words, 0, 'DROP DISTRIBUTION')) {
    const gone = words[2]?.keyword === 'ALL' ? [...state.distributions.keys()] : [words[2]?.text ?? ''];
    for (const name of gone) state.distributions.delete(name);
    for (const [key, { distribution }] of state.relations) if (gone.includes(distribution)) state.relations.delete(key);
  }
}

function boundOf(words: readonly Word[]): MappingValue {
  const text = words.map((word) => word.text).join('');
  const whole = words.at(-1)?.kind === 'number' && /^-?\d+$/.test(text);
  if (!whole) return text;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

function relation(
  words: readonly Word[],
  from: number,
  distribution: string,
  at: (span: Span) => Location,
  state: State,
  report: Report,
): void {
  const name = nameAt(words, from);
  if (!name) return;
  const place = at(name);
  const key = find(words, 'DISTRIBUTION KEY', name.next);
  const end = [find(words, 'IN', key), find(words, 'AUTO INCREMENT', key), find(words, 'SCHEMA', key)].filter(
    (i) => i >= 0,
  );
  const parts = key < 0 ? [] : commaParts(words.slice(key + 2, Math.min(...end, words.length)));
  const columns = parts.flatMap((part) => nameAt(part, 0)?.name.slice(-1) ?? []);
  const known = state.distributions.get(distribution);
  if (!known) {
    const meant = didYouMean(distribution, [...state.distributions.keys()]);
    const message = `No distribution \`${distribution}\` is made in these files.${meant ? ` Did you mean \`${meant}\`?` : ''}`;
    report(place, 'error', 'unknown-distribution', message);
  } else if (columns.length !== known.types.length) {
    const message = `\`${distribution}\` has ${known.types.length} key columns, \`${name.name.join('.')}\` gives ${columns.length}.`;
    report(place, 'error', 'key-columns', message);
  }
  if (columns.length === 0) return;
  const functions = parts.flatMap((part) => {
    const hash = find(part, 'HASH FUNCTION');
    return hash < 0 ? [] : [part[hash + 2]?.text.toLowerCase() ?? ''];
  });
  const hash = functions.find((each) => each !== 'identity' && each !== '');
  const schema = find(words, 'SCHEMA', name.next);
  const prefix = schema >= 0 && name.name.length === 1 ? [words[schema + 1]?.text ?? ''] : [];
  const full = [...prefix, ...name.name];
  state.relations.set(full.join('.'), {
    name: full,
    distribution,
    key: columns,
    ...(hash !== undefined && { hash }),
    at: place,
  });
}

function tablesOf(state: State, report: Report): readonly ShardTable[] {
  for (const { distribution, at } of state.ranges) {
    if (state.distributions.has(distribution)) continue;
    report(at, 'error', 'unknown-distribution', `No distribution \`${distribution}\` is made in these files.`);
  }
  const layouts = new Map([...state.distributions.values()].map((each) => [each.name, layoutOf(each, state, report)]));
  const relations = [...state.relations.values()].map(({ name, distribution, key, hash, at }): ShardTable => {
    const layout = layouts.get(distribution);
    const hashed = hash !== undefined || state.distributions.get(distribution)?.hashed === true;
    const types = state.distributions.get(distribution)?.types ?? [];
    return declared(name, 'sharded', at, {
      shardKey: key,
      strategy: hashed ? 'hash' : 'range',
      ...(layout && layout.shards > 0 && { shards: layout.shards }),
      ...(hashed && { hash: hash ?? 'murmur' }),
      ...(!hashed && layout?.mapping && { mapping: layout.mapping }),
      group: distribution,
      groupGiven: true,
      columns: new Map(key.map((column, i) => [column, types[i] ?? ''])),
    });
  });
  const references = [...state.references.values()].flatMap(({ name, at }) => {
    if (!state.relations.has(name.join('.'))) return [declared(name, 'reference', at)];
    const message = `\`${name.join('.')}\` is a reference relation and has a distribution key.`;
    report(at, 'error', 'reference-with-key', message);
    return [];
  });
  return [...relations, ...references];
}

/** Lower bounds are inclusive, and each range ends where the next begins. */
function layoutOf(
  { name, types, at }: Distribution,
  { ranges }: State,
  report: Report,
): { readonly shards: number; readonly mapping?: readonly Mapping[] } {
  const own = ranges.filter(({ distribution }) => distribution === name);
  if (own.length === 0) {
    report(at, 'warning', 'no-key-range', `\`${name}\` has no key range in these files: no key has a shard.`);
  }
  const shards = new Set(own.map(({ shard }) => shard)).size;
  const seen = new Set<string>();
  for (const range of own) {
    const bound = range.from.join(', ');
    if (seen.has(bound)) {
      report(range.at, 'error', 'range-twice', `Two key ranges of \`${name}\` begin at ${bound}.`);
    }
    seen.add(bound);
  }
  if (types.length !== 1 || own.length === 0) return { shards };
  const sorted = [...own].sort((a, b) => compare(a.from[0], b.from[0]));
  const mapping = sorted.map(({ from, shard }, i): Mapping => {
    const to = sorted[i + 1]?.from[0];
    return { ...(from[0] !== undefined && { from: from[0] }), ...(to !== undefined && { to }), shard };
  });
  return { shards, mapping };
}

function compare(a: MappingValue | undefined, b: MappingValue | undefined): number {
  const numbers = [a, b].every((each) => typeof each === 'number' || typeof each === 'bigint');
  if (numbers) return Number(a) - Number(b);
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}
