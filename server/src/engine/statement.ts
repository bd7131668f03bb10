/** One statement that is sent, at its place: the unit of inventory, rules and hover. */
import type { HostFile } from '../hosts/host';
import type { Found } from '../orms/orm';
import type { Query } from '../query/model';
import type { Route } from '../routing/route';
import type { Effective } from '../shards/load';
import type { TextEdit } from '../text/edits';
import { editSource, type SourceMap, toSource } from '../text/sourceMap';
import type { Span } from '../text/span';

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
}

/** From the query's coordinates to the file's. */
export interface Place {
  toSource(span: Span): Span;
  /** The edit in the source, encoded for the literal that it stands in; undefined where the source is not the text itself. */
  edit(edit: TextEdit): TextEdit | undefined;
  /** What it is made from; undefined where coordinates are the file's own. */
  readonly mapped?: Mapped;
}

/** Spans count from `start` of a text that `map` maps into the file. */
export interface Mapped {
  readonly map: SourceMap;
  readonly start: number;
}

/** Queries built by ORM modules have the file's own spans. */
export const samePlace: Place = { toSource: (span) => span, edit: (edit) => edit };

export function mappedPlace(map: SourceMap, start: number): Place {
  const shifted = (span: Span): Span => ({ start: span.start + start, end: span.end + start });
  return {
    mapped: { map, start },
    toSource: (span) => toSource(map, shifted(span)),
    edit: ({ span, text }) => editSource(map, { span: shifted(span), text }),
  };
}

export const holds = (statement: Statement, offset: number): boolean =>
  statement.span.start <= offset && offset <= statement.span.end;
