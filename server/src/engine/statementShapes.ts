/**
 * Statements of `.sql` files that differ in plain literals alone. From the third one on they are not parsed: they have the
 * first one's query with their own values, and a route where they are asked for the same values as another one.
 */
import type { Parsed } from '../dialects/dialect';
import { readStatement } from '../dialects/readStatement';
import type { Query } from '../query/model';
import type { Operation } from '../query/operation';
import { type Pattern, patternOf } from '../query/pattern';
import type { Route } from '../routing/route';
import type { FileKind, Placed } from '../rules/rule';
import { type Outline, otherwise, outlineOf } from '../sql/outline';
import { type Statement, splitStatements } from '../sql/statements';
import type { Span } from '../text/span';
import { type Stretch, stretched, stretchOf } from '../text/stretch';
import { Answers } from './answers';
import type { LoadedDialect } from './parsers';
import type { Said } from './ruleRun';

/** What is found out about a query under the map that governs its file. */
interface Found {
  readonly route: Route;
  readonly tables: Pick<Placed, 'reads' | 'writes'>;
  /** Physical names of all of them. */
  readonly names: readonly string[];
  readonly operation: Operation;
}

/** What statements of one shape share. */
export interface Shape {
  readonly pattern: Pattern;
  readonly answers: { readonly [Name in keyof Found]: Answers<Found[Name]> };
  /** What rules say, by route and kind of file. */
  said(route: Route, kind: FileKind): Answers<Said>;
}

/** A statement of a shape: its query and route have the places of the first one. */
export interface Shaped {
  readonly shape: Shape;
  readonly values: readonly (string | number)[];
  /** From those places to the statement's own. */
  readonly stretch: Stretch | undefined;
}

/** `shaped` where the query's spans are not offsets in the statement's own text. */
export type ReadParsed = Parsed & { readonly shaped?: Shaped };

interface Seen {
  readonly sql: string;
  readonly outline: Outline;
  readonly parsed: Extract<Parsed, { ok: true }>;
  times: number;
  /** Undefined until it is worth while, and where values decide how the text is read. */
  shape?: Shape | undefined;
}

/** What a shape is made for: with fewer statements it costs more than it saves. */
const worthwhile = 3;
/** So many shapes are kept: most are of one statement. */
const most = 4096;

export class StatementShapes {
  private readonly seen = new Map<string, Seen>();

  constructor(private readonly dialect: LoadedDialect) {}

  /** `parse` reads the statement by itself. */
  read(text: string, statement: Statement, parse: () => Parsed): ReadParsed {
    const outline = outlineOf(text, statement);
    const seen = outline && this.seen.get(outline.key);
    if (!outline || !seen) {
      const parsed = parse();
      if (outline && parsed.ok && !parsed.shallow) this.keep(textIn(text, statement), outline, parsed);
      return parsed;
    }
    seen.times++;
    if (seen.times === worthwhile) seen.shape = shapeOf(seen, this.dialect);
    const { shape } = seen;
    if (!shape) return parse();
    const values = outline.literals.map(({ value }) => value);
    const stretch = stretchOf(seen.outline.literals, outline.literals);
    return { ...seen.parsed, query: shape.pattern.with(values), shaped: { shape, values, stretch } };
  }

  private keep(sql: string, outline: Outline, parsed: Seen['parsed']): void {
    if (this.seen.size >= most) this.seen.clear();
    this.seen.set(outline.key, { sql, outline, parsed, times: 1 });
  }
}

const textIn = (text: string, { span }: Statement): string => text.slice(span.start, span.end);

/** Undefined where the statement with other literals is read as anything but its query with other values. */
function shapeOf({ sql, outline, parsed }: Seen, { dialect, parser }: LoadedDialect): Shape | undefined {
  const pattern = patternOf(parsed.query, outline.literals);
  if (!pattern) return undefined;
  const text = otherwise(sql, outline.literals);
  const [statement, ...more] = splitStatements(text, dialect.lexical, { client: true }).statements;
  const other = statement && outlineOf(text, statement);
  if (!other || more.length > 0 || other.key !== outline.key) return undefined;
  const read = readStatement(parser, dialect.lexical, text, statement);
  if (!read.ok || read.shallow !== parsed.shallow || read.engine !== parsed.engine) return undefined;
  const expected = pattern.with(other.literals.map(({ value }) => value));
  return isSame(expected, read.query, stretchOf(outline.literals, other.literals)) ? newShape(pattern) : undefined;
}

function newShape(pattern: Pattern): Shape {
  const said = new WeakMap<Route, Map<FileKind, Answers<Said>>>();
  return {
    pattern,
    answers: { route: new Answers(), tables: new Answers(), names: new Answers(), operation: new Answers() },
    said(route, kind) {
      const kinds = said.get(route) ?? new Map<FileKind, Answers<Said>>();
      said.set(route, kinds);
      const answers = kinds.get(kind) ?? new Answers<Said>();
      kinds.set(kind, answers);
      return answers;
    },
  };
}

/** Plain data without circles; `stretch` leads from the places of the one to those of the other. */
function isSame(one: unknown, other: unknown, stretch: Stretch | undefined): boolean {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null)
    return Object.is(one, other);
  if (isSpan(one) && isSpan(other)) {
    const { start, end } = stretched(one, stretch);
    return start === other.start && end === other.end;
  }
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => key in other && isSame(fieldOf(one, key), fieldOf(other, key), stretch))
  );
}

const isSpan = (value: object): value is Span => 'start' in value && 'end' in value && Object.keys(value).length === 2;

const fieldOf = (value: object, key: string): unknown => (value as Readonly<Record<string, unknown>>)[key];

/** What `find` makes of the statement's query: as it was made of another one of its shape, where that holds. */
export function answerBy<Name extends keyof Found>(
  { shape, values }: Shaped,
  name: Name,
  find: (query: Query) => Found[Name],
): Found[Name] {
  const answers = shape.answers[name];
  return answers.find(values) ?? answers.make(shape.pattern, values, find);
}

/** A route in the places that a stretch leads to; most are never shown. */
export const stretchedRoute = (route: Route, stretch: Stretch | undefined): Route =>
  stretch === undefined
    ? route
    : {
        ...route,
        get reasons() {
          return route.reasons.map((one) => (one.span ? { ...one, span: stretched(one.span, stretch) } : one));
        },
        get bindings() {
          return route.bindings.map((one) => ({ ...one, span: stretched(one.span, stretch) }));
        },
      };
