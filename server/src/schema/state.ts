/** What a replay knows between two statements. Tables are replaced, never changed in place. */
import type { Location, Span } from '../text/span';
import type { Place } from './constraints';
import { type Draft, drafted, finished } from './draft';
import { emptySchema, type Schema, tableKey } from './model';
import type { Naming } from './names';

/** What a statement did to a table, for those who keep facts of their own beside the schema. Names as in the schema. */
export type Effect =
  | { readonly kind: 'created' | 'dropped'; readonly table: readonly string[] }
  | { readonly kind: 'renamed'; readonly from: readonly string[]; readonly to: readonly string[] }
  | { readonly kind: 'column-renamed'; readonly table: readonly string[]; readonly from: string; readonly to: string }
  | { readonly kind: 'column-dropped'; readonly table: readonly string[]; readonly column: string }
  /** The statement is about something that was never created here. */
  | { readonly kind: 'missed'; readonly name: readonly string[] };

/** Where the statement stands whose spans are being read. */
export interface Origin {
  readonly file: string;
  /** Offset of the statement's text in the file. */
  readonly offset: number;
}

export class ReplayState {
  readonly tables = new Map<string, Draft>();
  readonly enums = new Map<string, readonly string[]>();
  /** Undefined until a statement sets it: then names stay as written, and `public` is where they are looked up. */
  path: readonly string[] | undefined;
  private origin: Origin = { file: '', offset: 0 };

  constructor(
    readonly naming: Naming,
    start: Schema = emptySchema,
  ) {
    for (const [key, table] of start.tables) this.tables.set(key, drafted(table));
    for (const [key, values] of start.enums) this.enums.set(key, values);
  }

  moveTo(origin: Origin): void {
    this.origin = origin;
  }

  at(span: Span): Location {
    const { file, offset } = this.origin;
    return { file, span: { start: span.start + offset, end: span.end + offset } };
  }

  place(): Place {
    return { naming: this.naming, at: (span) => this.at(span), indexed: (draft, name) => this.indexed(draft, name) };
  }

  private indexed(draft: Draft, name: string): boolean {
    const schema = schemaOf(draft);
    for (const other of this.tables.values()) {
      if (schemaOf(other) !== schema || other.name.at(-1) === draft.name.at(-1)) continue;
      const keys = [other.primaryKey, ...other.uniques, ...other.indexes, ...other.exclusions];
      if (other.name.at(-1) === name || keys.some((key) => key?.name === name)) return true;
    }
    return false;
  }

  /** The name under which a new object is kept. */
  created(name: readonly string[]): readonly string[] {
    const [first] = this.path ?? [];
    return name.length > 1 || first === undefined || first === 'public' ? name : [first, ...name];
  }

  find(name: readonly string[]): Draft | undefined {
    return lookup(this.tables, name, this.path ?? ['public']);
  }

  enumValues(type: string): readonly string[] | undefined {
    return lookup(this.enums, type.split('.'), this.path ?? ['public']);
  }

  enumKey(name: readonly string[]): string {
    const values = lookup(this.enums, name, this.path ?? ['public']);
    for (const [key, found] of this.enums) if (found === values) return key;
    return tableKey(name);
  }

  put(draft: Draft): void {
    this.tables.set(tableKey(draft.name), draft);
  }

  /** Partitions and inheriting tables, all the way down. */
  children(draft: Draft): readonly Draft[] {
    const found = new Map<string, Draft>();
    const visit = (parent: Draft): void => {
      const key = tableKey(parent.name);
      for (const [at, other] of this.tables) {
        const parents = [...(other.partitionOf === undefined ? [] : [other.partitionOf]), ...(other.inherits ?? [])];
        if (found.has(at) || other === draft || !parents.some((name) => tableKey(name) === key)) continue;
        found.set(at, other);
        visit(other);
      }
    };
    visit(draft);
    return [...found.values()];
  }

  /** Applies to every table whose foreign keys name this one. */
  referrers(name: readonly string[], change: (draft: Draft) => Draft): void {
    const key = tableKey(name);
    for (const [at, draft] of this.tables) {
      if (draft.foreignKeys.some((foreign) => tableKey(foreign.table) === key)) this.tables.set(at, change(draft));
    }
  }

  schema(): Schema {
    const tables = new Map([...this.tables].map(([key, draft]) => [key, this.resolved(draft)]));
    return { tables, enums: new Map(this.enums) };
  }

  /** REFERENCES without columns means the primary key. */
  private resolved(draft: Draft) {
    const table = finished(draft, (type) => this.enumValues(type));
    const foreignKeys = table.foreignKeys.map((foreign) => {
      if (foreign.referenced.length > 0) return foreign;
      const key = this.find(foreign.table)?.primaryKey?.columns ?? [];
      return { ...foreign, referenced: key.filter((column) => column !== undefined) };
    });
    return { ...table, foreignKeys };
  }
}

const schemaOf = ({ name }: Draft): string => (name.length > 1 ? (name[0] ?? '') : 'public');

function lookup<V>(map: ReadonlyMap<string, V>, name: readonly string[], path: readonly string[]): V | undefined {
  const exact = map.get(tableKey(name));
  if (exact !== undefined && (name.length > 1 || path.length === 0)) return exact;
  if (name.length === 1) {
    for (const schema of path) {
      const found = map.get(tableKey([schema, ...name])) ?? (schema === 'public' ? exact : undefined);
      if (found !== undefined) return found;
    }
    return exact;
  }
  const [qualifier = '', ...rest] = name;
  return qualifier.toLowerCase() === 'public' ? map.get(tableKey(rest)) : undefined;
}
