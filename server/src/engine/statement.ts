/** One statement that is sent, at its place: the unit of inventory, rules and hover. */
import type { HostFile } from '../hosts/host';
import type { Found } from '../orms/orm';
import type { Query } from '../query/model';
import type { Route } from '../routing/route';
import type { Effective } from '../shards/load';
import type { TextEdit } from '../text/edits';
import { shifted } from '../text/movedSpan';
import { editSource, type SourceMap, toSource, verbatimMap } from '../text/sourceMap';
import type { Span } from '../text/span';
import { type Stretch, stretched } from '../text/stretch';
import type { Said } from './ruleRun';
import type { Shaped } from './statementShapes';

export interface Statement {
  readonly file: string;
  /** Module id of the ORM, or `sql`. */
  readonly orm: string;
  readonly found: Found | undefined;
  readonly host: HostFile | undefined;
  /** The worst of the variants; undefined where no engine reads the text. */
  readonly query: Query | undefined;
  readonly why: 'incomplete' | 'unsupported' | 'too-large' | undefined;
  readonly route: Route;
  /** The route that another map would give it. */
  under(effective: Effective): Route;
  /** What a router comment says, else what the library does. */
  readonly target: Found['target'];
  /** In the file: the statement's text, or the call. */
  readonly span: Span;
  readonly nameSpan: Span;
  readonly sql: string;
  readonly tables: readonly string[];
  readonly place: Place;
  readonly effective: Effective;
  /** Calls a second, where the map's traffic says it. */
  readonly rate?: number;
  /**
   * Of a statement of an `.sql` file, wherever it is moved to: it is asked for again with every keystroke, by the thousand.
   */
  readonly memory?: { said?: Said } | undefined;
  /** Of a statement of an `.sql` file that nothing but its query says anything of. */
  readonly shaped?: Shaped | undefined;
}

/** All that its call sends: `query` is the worst of it. Empty where no engine reads the text. */
export function queriesOf({ query, found }: Pick<Statement, 'query' | 'found'>): readonly Query[] {
  if (query === undefined) return [];
  const also = (found?.also ?? []).map((one) => one.query);
  const main = found?.statement.kind === 'model' ? found.statement.query : undefined;
  return [also.includes(query) && main ? main : query, ...also];
}

/** From the query's coordinates to the file's. */
export interface Place {
  toSource(span: Span): Span;
  /** The edit in the source, encoded for the literal that it stands in; undefined where the source is not the text itself. */
  edit(edit: TextEdit): TextEdit | undefined;
  /** What it is made from; undefined where coordinates are the file's own. */
  readonly mapped?: Mapped;
}

/** Spans count from `start` of a text that `map` maps into the file; first they are `stretch`ed. */
export interface Mapped {
  readonly map: SourceMap;
  readonly start: number;
  readonly stretch?: Stretch | undefined;
}

/** Queries built by ORM modules have the file's own spans. */
export const samePlace: Place = { toSource: (span) => span, edit: (edit) => edit };

export function mappedPlace({ map, start, stretch }: Mapped): Place {
  const inText = (span: Span): Span => shifted(stretched(span, stretch), start);
  return {
    mapped: { map, start, stretch },
    toSource: (span) => toSource(map, inText(span)),
    edit: ({ span, text }) => editSource(map, { span: inText(span), text }),
  };
}

const asWritten = verbatimMap(Number.MAX_SAFE_INTEGER);

/** A text that stands in its file as it is, from `start`. */
export const writtenPlace = (start: number, stretch?: Stretch): Place => ({
  mapped: { map: asWritten, start, stretch },
  toSource: (span) => shifted(stretched(span, stretch), start),
  edit: ({ span, text }) => ({ span: shifted(stretched(span, stretch), start), text }),
});

/**
 * A statement of an `.sql` file, moved by what was written before it. A keystroke moves thousands: nothing of them is
 * copied, and places are made when they are asked for.
 */
class Moved implements Statement {
  constructor(
    readonly first: Statement,
    readonly by: number,
  ) {}
  get span(): Span {
    return shifted(this.first.span, this.by);
  }
  get nameSpan(): Span {
    return shifted(this.first.nameSpan, this.by);
  }
  get place(): Place {
    return writtenPlace(this.first.span.start + this.by, this.first.place.mapped?.stretch);
  }
  get file() {
    return this.first.file;
  }
  get orm() {
    return this.first.orm;
  }
  get found() {
    return this.first.found;
  }
  get host() {
    return this.first.host;
  }
  get query() {
    return this.first.query;
  }
  get why() {
    return this.first.why;
  }
  get route() {
    return this.first.route;
  }
  under(effective: Effective): Route {
    return this.first.under(effective);
  }
  get target() {
    return this.first.target;
  }
  get sql() {
    return this.first.sql;
  }
  get tables() {
    return this.first.tables;
  }
  get effective() {
    return this.first.effective;
  }
  get memory() {
    return this.first.memory;
  }
  get shaped() {
    return this.first.shaped;
  }
}

export const movedStatement = (one: Statement, by: number): Statement =>
  one instanceof Moved ? new Moved(one.first, one.by + by) : new Moved(one, by);

export const holds = (statement: Statement, offset: number): boolean =>
  statement.span.start <= offset && offset <= statement.span.end;
