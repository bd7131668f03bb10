/** From what a file says to its statements with routes: the linking phase, redone whenever a fact or the map changes. */
import type { HostFile } from '../hosts/host';
import type { Found, ModelStatement, SqlStatement } from '../orms/orm';
import type { Query } from '../query/model';
import { printQuery } from '../query/print';
import { hintTarget } from '../routing/hints';
import { emptyRoute } from '../routing/read';
import type { Route } from '../routing/route';
import type { Pin } from '../routing/router';
import { combine, routeStatement } from '../routing/routeStatement';
import type { Effective } from '../shards/load';
import { requoted } from '../sql/quoting';
import { type SourceMap, toSource } from '../text/sourceMap';
import type { Span } from '../text/span';
import { physicalTables } from './explainSql';
import type { LoadedDialect } from './parsers';
import type { ReadBefore } from './readBefore';
import { type ReadStatement, readSql } from './readSql';
import { mappedPlace, type Place, type Statement, samePlace } from './statement';
import { answerBy } from './statementShapes';

export interface LinkContext {
  /** The file that sends; undefined for `.sql` files. */
  readonly host?: HostFile;
  readonly effective: Effective;
  readonly dialect: LoadedDialect;
}

/** Statements, and the comments of the SQL that they were read from, in the file. */
export interface Linked {
  readonly statements: readonly Statement[];
  readonly comments: readonly Span[];
}

/** The statements that one call sends; several where its text holds several. */
export function linkFound(file: string, found: Found, context: LinkContext): Linked {
  const pins = found.pins.map(({ column, value }) => ({ column, value }));
  const main = linkOne(file, found, found.statement, context, pins);
  const [first] = main.statements;
  if (!first || main.statements.length > 1)
    return { ...main, statements: main.statements.map((one) => withReceiver(one, found)) };
  const linked = (some: readonly (SqlStatement | ModelStatement)[]): readonly Linked[] =>
    some.map((one) => linkOne(file, found, one, context, pins));
  const others = linked(found.variants);
  const also = linked(found.also ?? []);
  const chosen = oneOf([first, ...others.flatMap(({ statements }) => statements)], found.decidedIn);
  const whole = together([chosen, ...also.flatMap(({ statements }) => statements)]);
  return {
    statements: [withReceiver(whole, found)],
    comments: [main, ...others, ...also].flatMap(({ comments }) => comments),
  };
}

type Some = readonly [Statement, ...Statement[]];

/** What host code may send in each other's place: the worst of it is the one to show; its query is what rules look at. */
const oneOf = (all: Some, decidedIn: string | undefined): Statement =>
  joined(all, (routes) => {
    const worst = combine(routes);
    return decidedIn === undefined || worst.alternatives.length === 0 ? worst : decidedElsewhere(worst, decidedIn);
  });

/** Which variant is sent is known to a function of the project: the worst of it is no more than possible. */
const decidedElsewhere = (worst: Route, decidedIn: string): Route => ({
  ...emptyRoute,
  reach: 'unknown',
  confidence: worst.confidence,
  alternatives: [...new Set([worst.reach, ...worst.alternatives])].filter((reach) => reach !== 'unknown'),
  reasons: [
    {
      code: 'decided-elsewhere',
      text: `\`${decidedIn}\` decides what is sent, and its ways run differently: if it binds the key, name it under \`receivers\``,
    },
  ],
});

/** What one call sends one after another: as bad as the worst of it, and sure to send all. */
const together = (all: Some): Statement =>
  joined(all, (routes) => {
    const route = combine(routes);
    return { ...route, alternatives: routes.find((one) => isLike(one, route))?.alternatives ?? [] };
  });

function joined(all: Some, join: (routes: readonly Route[]) => Route): Statement {
  if (all.length === 1) return all[0];
  const route = join(all.map((one) => one.route));
  const worst = all.find((one) => isLike(one.route, route)) ?? all[0];
  const under: Statement['under'] = (effective) => join(all.map((one) => one.under(effective)));
  return { ...worst, route, under, tables: tablesIn(all) };
}

const isLike = (one: Route, route: Route): boolean => one.reach === route.reach && one.crossShard === route.crossShard;

const tablesIn = (all: Some): readonly string[] => [...new Set(all.flatMap((one) => one.tables))];

function linkOne(
  file: string,
  found: Found,
  statement: SqlStatement | ModelStatement,
  context: LinkContext,
  pins: readonly Pin[],
): Linked {
  if (statement.kind === 'model') {
    return { statements: [fromModel(file, found, statement.query, context, pins)], comments: [] };
  }
  const { map, holes, names = [] } = statement;
  const text = requoted(statement.text, names, context.dialect.dialect.lexical);
  const read = readSql(text, context.dialect, { holes });
  return {
    statements: read.statements.map((one, i) => {
      const place = mappedPlace({ map, start: one.span.start });
      const statement = fromText({ file, orm: found.orm, found, text, span: found.span, place }, one, context, pins);
      // Of several statements in one text, the call's name stands for the first: each later one has a line of its own.
      return i === 0 ? statement : { ...statement, nameSpan: firstWord(map, one.span.start, statement) };
    }),
    comments: read.comments.map((span) => toSource(map, span)),
  };
}

function fromModel(file: string, found: Found, query: Query, context: LinkContext, pins: readonly Pin[]): Statement {
  const under: Statement['under'] = ({ map, schema }) =>
    withConfidence(routeStatement(query, { map, schema, pins, hints: [], shallow: false }), found);
  return {
    file,
    orm: found.orm,
    found,
    query,
    why: undefined,
    route: under(context.effective),
    under,
    target: found.target,
    span: found.span,
    nameSpan: found.nameSpan,
    sql: printQuery(query),
    tables: physicalTables(query, context.effective),
    place: samePlace,
    effective: context.effective,
    host: context.host,
  };
}

export interface TextSource {
  readonly file: string;
  readonly orm: string;
  readonly found: Found | undefined;
  readonly text: string;
  /** In the file. */
  readonly span: Span;
  readonly place: Place;
}

export function fromText(
  { file, orm, found, text, span: at, place }: TextSource,
  { span, parsed, hints }: ReadStatement,
  context: LinkContext,
  pins: readonly Pin[],
  reuse: (sql: string, make: () => ReadBefore) => ReadBefore = (_, make) => make(),
): Statement {
  const { effective, host } = context;
  const sql = text.slice(span.start, span.end);
  const target = hintTarget(hints) ?? found?.target ?? 'unknown';
  const nameSpan = found?.nameSpan ?? {
    start: at.start,
    end: Math.min(at.end, at.start + (/^\w+/.exec(sql)?.[0].length ?? 1)),
  };
  const base = { file, orm, found, target, span: at, place, effective, host, sql, nameSpan };
  const memory = found === undefined ? {} : undefined;
  if (!parsed.ok)
    return { ...base, memory, query: undefined, why: parsed.why, route: unread, under: () => unread, tables: [] };
  const { query, shallow } = parsed;
  const shaped = pins.length === 0 && hints.length === 0 ? parsed.shaped : undefined;
  const routed = (of: Query, { map, schema }: Effective): Route => {
    const route = routeStatement(of, { map, schema, pins, hints, fixed: true, shallow });
    return found ? withConfidence(route, found) : route;
  };
  const under: Statement['under'] = (effective) => routed(query, effective);
  const made = (): ReadBefore =>
    shaped
      ? {
          parsed,
          route: answerBy(shaped, 'route', (of) => routed(of, effective)),
          tables: answerBy(shaped, 'names', (of) => physicalTables(of, effective)),
        }
      : { parsed, route: under(effective), tables: physicalTables(query, effective) };
  const { route, tables } = reuse(sql, made);
  return { ...base, memory, query, why: undefined, route, under, tables, shaped };
}

/** In the file; the call's own name where the text is not written in it. */
const firstWord = (map: SourceMap, start: number, { sql, nameSpan, span }: Statement): Span => {
  const at = toSource(map, { start, end: start + (/^\w+/.exec(sql)?.[0].length ?? 1) });
  return span.start <= at.start && at.end <= span.end ? at : nameSpan;
};

const unread: Route = { ...emptyRoute, reach: 'unknown', confidence: 'guess' };

const ranks: readonly Route['confidence'][] = ['certain', 'likely', 'guess'];

/** A route is no surer than the proof that its statement is sent. */
const withConfidence = (route: Route, { confidence }: Found): Route =>
  ranks.indexOf(confidence) > ranks.indexOf(route.confidence) ? { ...route, confidence } : route;

/** A receiver that fans out on purpose is no surprise; what it reaches is still counted. */
function withReceiver(statement: Statement, { reach }: Found): Statement {
  if (!reach) return statement;
  const text = reach === 'scatter' ? 'the receiver fans out on purpose' : 'the receiver stays on one shard';
  const sentBy = (route: Route): Route => ({
    ...route,
    reach: route.reach === 'none' ? 'none' : reach,
    reasons: [{ code: 'receiver', text }, ...route.reasons],
  });
  return {
    ...statement,
    route: sentBy(statement.route),
    under: (effective) => sentBy(statement.under(effective)),
  };
}
