/** What the parts of one statement share while it is put together. */
import type { Entry, Flow, Ref } from '../../flow/flow';
import type { TableRef } from '../../query/model';
import type { Span } from '../../text/span';

export interface Build {
  readonly flow: Flow;
  /** The call that sends the statement. */
  readonly site: Ref;
  /** Stands for any number of rows or alternatives: values that differ from turn to turn are many. */
  readonly many: boolean;
  /** What stopped the reading. */
  readonly notes: Set<string>;
  /** The column that a computed key names, where the library's own objects say it. */
  keyOf?(entry: Entry): string | undefined;
  /** A table under an alias of its own. */
  table(name: readonly string[], span: Span): TableRef;
}

/** `keep`: notes are collected over all variants of a call. */
export const openBuild = (flow: Flow, site: Ref, notes: Set<string> = new Set()): Build => {
  const taken = new Map<string, number>();
  return {
    flow,
    site,
    many: false,
    notes,
    table: (name, span) => {
      const base = name.at(-1) ?? '';
      const count = (taken.get(base) ?? 0) + 1;
      taken.set(base, count);
      return { kind: 'table', name: { parts: name, span }, ...(count > 1 ? { alias: `${base}_${count}` } : {}), span };
    },
  };
};

/** A statement of its own sent by the same call. */
export const another = (build: Build): Build => openBuild(build.flow, build.site, build.notes);

export const aliasOf = (table: TableRef): string => table.alias ?? table.name.parts.at(-1) ?? '';
