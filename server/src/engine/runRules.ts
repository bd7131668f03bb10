/** Runs rules over statements and maps, and turns what they report into findings at their places. */

import type { Query } from '../query/model';
import type { Route, TableBinding } from '../routing/route';
import { rules as allRules } from '../rules';
import type { AnyRule, FileKind, Placed, Placing, QueryFix, Related, ReportMore } from '../rules/rule';
import { findTable, type Schema } from '../schema/model';
import type { Effective } from '../shards/load';
import type { Severity, ShardMap, ShardTable } from '../shards/model';
import { tableIndex } from '../shards/resolve';
import type { Location, Span } from '../text/span';
import { bindFixes, type Scope } from './bindFix';
import type { Finding, Fix } from './finding';
import { fingerprint } from './fingerprint';
import { type Draft, nothingSaid, type RuleRun, runOf, type Said } from './ruleRun';
import type { Statement } from './statement';

export const findRule = (id: string): AnyRule | undefined => allRules.find((rule) => rule.id === id);

/** The severity that the map sets for a rule, or the rule's own for that kind of file. */
export function severityOf(rule: AnyRule, map: ShardMap, kind: FileKind | undefined): Severity | 'off' {
  return map.rules[rule.id]?.severity ?? (kind && rule.meta.severityIn?.[kind]) ?? rule.meta.severity;
}

/** Statements of which no rule says anything, by their query: in `.sql` files it stays while the text does. */
const quiet = new WeakMap<Query, { readonly route: Route; readonly kind: FileKind; readonly file: string }>();

function isQuiet({ query, route, file, found }: Statement, kind: FileKind): boolean {
  const before = query && found === undefined ? quiet.get(query) : undefined;
  return before?.route === route && before.kind === kind && before.file === file;
}

/**
 * `scope`: with what fixes of host code are made; `placing`: where fixes put new files. Not remembered is what depends on
 * which other files there are.
 */
export function checkStatement(statement: Statement, kind: FileKind, scope?: Scope, placing?: Placing): RuleRun {
  const { memory } = statement;
  if (memory?.said?.kind === kind) return runOf(memory.said, statement);
  if (!statement.query) return nothingSaid;
  if (isQuiet(statement, kind)) {
    if (memory) memory.said = { kind, drafts: [], faults: [] };
    return nothingSaid;
  }
  const { query, route, shaped, target } = statement;
  const alike = target === 'unknown' ? shaped?.shape.said(route, kind) : undefined;
  const known = shaped && alike?.find(shaped.values);
  if (known) {
    if (memory) memory.said = known;
    return runOf(known, statement);
  }
  let hasPlaced = false;
  let isOfFile = false;
  const around: Around = {
    placing: placing && noting(placing, () => (hasPlaced = true)),
    path: () => {
      isOfFile = true;
      return statement.file;
    },
  };
  const say = (of: Query): Said => ({ kind, ...draftsOf(statement, of, kind, scope, around) });
  const holds = (): boolean => !hasPlaced && !isOfFile;
  const made = shaped && alike ? alike.make(shaped.shape.pattern, shaped.values, say, holds) : say(query);
  if (made.drafts.length === 0 && made.faults.length === 0) quiet.set(query, { route, kind, file: statement.file });
  if (memory && !hasPlaced) memory.said = made;
  return runOf(made, statement);
}

/** What a rule may ask that its statement does not say. */
interface Around {
  readonly placing: Placing | undefined;
  path(): string;
}

/** `note` is called whenever something is asked. */
function noting(placing: Placing, note: () => void): Placing {
  const noted =
    <Asked extends readonly unknown[], T>(ask: (...asked: Asked) => T) =>
    (...asked: Asked): T => {
      note();
      return ask(...asked);
    };
  return {
    migration: noted(placing.migration),
    file: noted(placing.file),
    entries: noted(placing.entries),
    where: noted(placing.where),
    change: noted(placing.change),
    migrated: noted(placing.migrated),
    model: noted(placing.model),
  };
}

type AskRule = NonNullable<AnyRule['query']>;
type Asked = Parameters<AskRule>[1];

interface QueryRule {
  readonly rule: AnyRule;
  readonly query: AskRule;
  readonly severity: Severity;
}

const asking = new WeakMap<ShardMap, Map<FileKind, readonly QueryRule[]>>();

/** Rules that are asked about each statement: those that look at one and are not off. */
function queryRules(map: ShardMap, kind: FileKind): readonly QueryRule[] {
  const kinds = asking.get(map) ?? new Map<FileKind, readonly QueryRule[]>();
  asking.set(map, kinds);
  const made =
    kinds.get(kind) ??
    allRules.flatMap((rule): readonly QueryRule[] => {
      const severity = severityOf(rule, map, kind);
      return rule.query && severity !== 'off' ? [{ rule, query: rule.query, severity }] : [];
    });
  kinds.set(kind, made);
  return made;
}

function draftsOf(
  statement: Statement,
  query: Query,
  kind: FileKind,
  scope: Scope | undefined,
  { placing, path }: Around,
): Pick<Said, 'drafts' | 'faults'> {
  const { route, effective } = statement;
  const found: { rule: AnyRule; draft: Draft }[] = [];
  const faults: RuleRun['faults'][number][] = [];
  const { map, schema } = effective;
  const index = tableIndex(map, schema);
  const table = (name: readonly string[]): ShardTable | undefined => index.find(name);
  let asked: QueryRule | undefined;
  const report = (
    message: string,
    at: Span,
    data: Readonly<Record<string, string | number>>,
    more: ReportMore = {},
  ): void => {
    if (!asked) return;
    const { rule, severity } = asked;
    const text = fill(rule.meta.messages[message] ?? message, data);
    const declared = declarations(at, route.bindings, table, schema);
    const bound = more.bind ? bindFixes(statement, more.bind, scope) : [];
    const related = (now: Statement) =>
      distinct([...(more.related ?? []).map((one) => relatedPlace(one, now)), ...declared]);
    const unmoving = more.related?.some((one) => 'span' in one) ? undefined : related(statement);
    const draft: Draft = (now) => ({
      rule: rule.id,
      severity: milder(severity, more.severity),
      confidence: more.confidence ?? route.confidence,
      message: text,
      file: now.file,
      span: now.place.toSource(at),
      related: unmoving ?? related(now),
      fixes: [
        ...bound,
        ...(more.fixes ?? []).flatMap((fix) => mapFix(fix, now)),
        ...(more.repairs ?? []).map(({ title, safe, edits }) => ({
          title,
          safe,
          edits: edits.map((edit) => ({ file: edit.at.file, span: edit.at.span, text: edit.text })),
        })),
      ],
      fingerprint: fingerprint(rule.id, now.file, now.sql, message),
    });
    found.push({ rule, draft });
  };
  const context: Asked = {
    route,
    target: statement.target,
    targetByName: statement.found?.targetByName === true,
    transaction: statement.found?.transaction,
    ofRow: statement.found?.ofRow === true,
    get path() {
      return path();
    },
    map,
    schema,
    file: kind,
    ...(placing ? { placing } : {}),
    table,
    report,
  };
  for (asked of queryRules(map, kind)) {
    try {
      asked.query(query, context);
    } catch (error) {
      faults.push({ rule: asked.rule.id, error });
    }
  }
  const speaking = new Set(found.map(({ rule }) => rule.id));
  const drafts = found
    .filter(({ rule }) => !rule.meta.yieldsTo?.some((other) => speaking.has(other)))
    .map(({ draft }) => draft);
  return { drafts, faults };
}

/** Rules on the map and on all statements of the workspace. */
export function checkMap(
  { map, schema }: Effective,
  known: Effective,
  statements: readonly Placed[],
  placing: Placing,
): RuleRun {
  const findings: Finding[] = [];
  const faults: RuleRun['faults'][number][] = [];
  for (const rule of allRules) {
    const severity = severityOf(rule, map, undefined);
    if (severity === 'off' || (!rule.map && !rule.workspace)) continue;
    const report = (
      message: string,
      at: Location,
      data: Readonly<Record<string, string | number>>,
      more: Parameters<Parameters<NonNullable<AnyRule['map']>>[0]['report']>[3] = {},
    ): void => {
      // Partitions have their parent's columns and keys: what stands in one place is found once.
      const { start, end } = at.span;
      const known = (one: Finding): boolean =>
        one.rule === rule.id && one.file === at.file && one.span.start === start && one.span.end === end;
      if (end > start && findings.some(known)) return;
      findings.push({
        rule: rule.id,
        severity: milder(severity, more.severity),
        confidence: more.confidence ?? 'certain',
        message: fill(rule.meta.messages[message] ?? message, data),
        file: at.file,
        span: at.span,
        related: (more.related ?? []).flatMap((one) => ('location' in one ? [one] : [])),
        fixes: (more.fixes ?? []).map(({ title, safe, edits }) => ({
          title,
          safe,
          edits: edits.map((edit) => ({ file: edit.at.file, span: edit.at.span, text: edit.text })),
        })),
        fingerprint: fingerprint(rule.id, at.file, Object.values(data).join(' '), message),
      });
    };
    try {
      rule.map?.({ map, schema, known, report, placing });
      rule.workspace?.({ map, schema, known, report, placing, statements });
    } catch (error) {
      faults.push({ rule: rule.id, error });
    }
  }
  return { findings, faults };
}

const order: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

/** A rule may speak softer about one finding, never louder than the map wants. */
export const milder = (set: Severity, own: Severity | undefined): Severity =>
  own && order.indexOf(own) > order.indexOf(set) ? own : set;

export const fill = (text: string, data: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(data[name] ?? whole));

/** One message a place: a rule's own words come first. */
const distinct = (related: Finding['related']): Finding['related'] =>
  related.length < 2
    ? related
    : [
        ...new Map(
          related.toReversed().map((one) => [`${one.location.file}:${one.location.span.start}`, one] as const),
        ).values(),
      ].reverse();

const declarationsShown = 2;

/** Where the tables that a finding is about are declared: those it stands on, else the sharded ones of its statement. */
function declarations(
  at: Span,
  bindings: readonly TableBinding[],
  find: (name: readonly string[]) => ShardTable | undefined,
  schema: Schema,
): Finding['related'] {
  const stoodOn = bindings.filter(({ span }) => span.start < at.end && at.start < span.end);
  const meant = stoodOn.length > 0 ? stoodOn : bindings.filter(({ key }) => key.length > 0);
  const tables = [...new Set(meant.map(({ table }) => table))].slice(0, declarationsShown);
  return tables.flatMap((table) => {
    const declared = find(table.split('.'));
    const columns = findTable(schema, table.split('.'))?.at;
    return [
      ...(declared?.at
        ? [
            {
              location: declared.at,
              message: `\`${table}\` is ${declared.kind === 'sharded' ? 'sharded' : 'declared'} here`,
            },
          ]
        : []),
      // A map that was read from the schema says the same place.
      ...(columns && columns.span.end > 0 && columns.file !== declared?.at?.file
        ? [{ location: columns, message: `\`${table}\` has its columns here` }]
        : []),
    ];
  });
}

const relatedPlace = (one: Related, statement: Statement): Finding['related'][number] =>
  'location' in one
    ? one
    : { location: { file: statement.file, span: statement.place.toSource(one.span) }, message: one.message };

/** A fix whose text stands elsewhere than in the source as it is, is not offered. */
function mapFix(fix: QueryFix, statement: Statement): readonly Fix[] {
  // SQL text has no place in the calls of a library.
  if (statement.found?.statement.kind === 'model') return [];
  const edits = fix.edits.map((edit) => statement.place.edit(edit));
  return edits.every((edit) => edit !== undefined)
    ? [{ title: fix.title, safe: fix.safe, edits: edits.map((edit) => ({ file: statement.file, ...edit })) }]
    : [];
}
