/** How one library sends statements. An ORM is one module beside this file and one fixture. */

import type { Flow } from '../flow/flow';
import type { Site } from '../flow/sites';
import type { HostFile } from '../hosts/host';
import type { Query } from '../query/model';
import type { Operation } from '../query/operation';
import type { Schema } from '../schema/model';
import type { Hole } from '../sql/standIns';
import type { TextEdit } from '../text/edits';
import type { SourceMap } from '../text/sourceMap';
import type { Span } from '../text/span';

export type { Hole, Operation };

/** `Data`: what the module itself knows of the models of a workspace. */
export interface Orm<Data = unknown> {
  readonly id: string;
  readonly hosts: readonly string[];
  /** Packages whose exports prove that a receiver is ours. */
  readonly modules: readonly string[];
  /**
   * Also reads what nothing proves to be a library's. Every other module is asked only in workspaces where some file
   * names one of its packages, or declares its models in files of their own.
   */
  readonly always?: true;
  /** Files without a match are never parsed for this library. */
  readonly marker: RegExp;
  /** Where models are declared; without it, `extract` reads them where it meets them and `data` is undefined. */
  readonly models?: ModelSource<Data>;
  /** Asked for every site of a file that matches `marker`; nothing where the site sends nothing of this library. */
  extract(site: Site, flow: Flow, data: Data): readonly Found[];
  /**
   * How the call at a site that `extract` read can be asked for one more column. Undefined where it cannot be said in
   * place: a filter that is made elsewhere, an OR that a condition cannot join, a table that the call does not name.
   */
  bind?(site: Site, flow: Flow, data: Data, key: Key): Binding | undefined;
  /** Calls whose callback's statements take part in its transaction, whatever client they are asked of: the library finds it by itself. */
  readonly ambient?: readonly string[];
  /** Where the library does so only after a call: its name (`Sequelize.useCLS(namespace)`). */
  readonly ambientAfter?: string;
  /** Whether a replica is asked is said by the single read: one that does not say it follows its connection, which may prefer replicas. */
  readonly prefers?: true;
  /** Where a transaction's handle is an option of the call: its name, and which argument of a method the options are. */
  readonly handle?: { readonly option: string; at(method: string): number | undefined };
}

/** A column that a statement should bind. */
export interface Key {
  /** The table's name in the query of the call: its alias there. */
  readonly alias: string;
  /** Physical. */
  readonly column: string;
  /** A condition of the statement, or a value of the rows that it writes. */
  readonly as: 'filter' | 'row';
  /** The site's file, for the layout of what is inserted. */
  readonly text: string;
}

export interface Binding {
  /** What the model calls the column; a variable of that name is the first choice for its value. */
  readonly property: string;
  /** Host code that holds the key of the very row, where there is one: `order.tenantId` of `order.save()`. */
  readonly own?: string;
  /** `value`: an expression of host code. Spans are in the site's file. */
  edits(value: string): readonly TextEdit[];
}

/**
 * Models of a whole workspace, read before any call is: pure, asked again only when one of the texts has changed.
 * Their tables join the schema, so that the map knows columns and types.
 */
export type ModelSource<Data> =
  /** Files of their own, such as `schema.prisma`. Globs. */
  | {
      readonly kind: 'files';
      readonly files: readonly string[];
      read(files: readonly SourceText[]): Declared<Data>;
    }
  /** Classes and calls in host files; those whose text matches are parsed, and `flow` answers about each. */
  | {
      readonly kind: 'code';
      readonly marker: RegExp;
      read(files: readonly HostFile[], flow: (file: HostFile) => Flow): Declared<Data>;
    };

export interface SourceText {
  readonly path: string;
  readonly text: string;
}

export interface Declared<Data> {
  readonly data: Data;
  readonly schema: Schema;
}

export type { Site } from '../flow/sites';

/** One statement that is sent. Where host code decides between several shapes, `variants` holds the others. */
export interface Found {
  readonly orm: string;
  readonly operation?: Operation;
  readonly statement: SqlStatement | ModelStatement;
  readonly variants: readonly (SqlStatement | ModelStatement)[];
  /** Sent by the same call as well: nested writes, an eager load after a write. The call's route is the worst of all. */
  readonly also?: readonly ModelStatement[];
  /** The whole call or template. */
  readonly span: Span;
  /** The method name, tag or table accessor: its line is the item's line. */
  readonly nameSpan: Span;
  readonly confidence: 'certain' | 'likely' | 'guess';
  readonly target: 'primary' | 'replica' | 'unknown';
  /** The target is what the client's name says, and nothing else. */
  readonly targetByName?: boolean;
  /** For a replica's read: the edits in the host file that send it to the primary. */
  readonly primary?: readonly TextEdit[];
  /** Shared by the statements of one transaction. */
  readonly transaction?: string;
  readonly pins: readonly { readonly column: string; readonly value: string; readonly span: Span }[];
  /** The map says that the receiver fans out on purpose, or stays on one shard. */
  readonly reach?: 'scatter' | 'single';
  /** A row that writes itself back: by its primary key, whatever it was found by. */
  readonly ofRow?: true;
  /**
   * The function of the project that decides between the variants by what it is called with: where they run differently,
   * which of them is sent is not known here.
   */
  readonly decidedIn?: string;
  /** What stopped the reading, for `--why-unknown`. */
  readonly unknown: readonly string[];
}

/** SQL text made by the host, `holes` says which parts of it are the host's (any text of at least one character, such as the expression's own). */
export interface SqlStatement {
  readonly kind: 'sql';
  readonly text: string;
  readonly map: SourceMap;
  readonly holes: readonly Hole[];
  /** Where the library writes names that it quotes itself; here in double quotes. */
  readonly names?: readonly Span[];
  readonly binds?: Binds;
}

/**
 * How one more value can be handed in: as a hole of the tagged template, as an item of the list beside the text, or as a
 * new list after the text. Spans are in the host file.
 */
export type Binds =
  | { readonly kind: 'hole' }
  | {
      readonly kind: 'list';
      readonly style: 'dollar' | 'question';
      readonly list: Span;
      readonly items: readonly Span[];
    }
  | { readonly kind: 'new-list'; readonly style: 'dollar' | 'question'; readonly after: number };

/** A query built by the module itself; spans are offsets in the host file. */
export interface ModelStatement {
  readonly kind: 'model';
  readonly query: Query;
}

export const defineOrm = <Data = unknown>(orm: Orm<Data>): Orm<Data> => orm;
