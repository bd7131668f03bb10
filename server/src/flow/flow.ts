/**
 * What a careful reader follows, for one file of a project: where a receiver comes from, what was done to it on the
 * way, what a value may be. An ORM module reads calls with this and never sees a syntax tree.
 *
 * Three questions answer nearly everything:
 * - `chain(ref)`: from which package, class or parameter does this value come, and by which members and calls?
 *   `prisma.user.findMany(a)` → package `@prisma/client` `PrismaClient`, steps `new()`, `.user`, `.findMany(a)`,
 *   whether `prisma` is a constant, an import, `this.prisma`, a parameter by its type, or `tx` of a callback.
 * - `shapes(ref)`: what may this value be? Literals, objects with spreads and later assignments folded in, lists with
 *   pushes, functions, calls that are not followed; alternatives where branches decide; `unknown` where a caller does.
 * - `texts(ref)`: the same for text: pieces of literal text and holes.
 *
 * Nothing here throws, and nothing that is not known is left out: it is `unknown` or `open`, so that a predicate
 * becomes unknown and never absent. Bounds: `flowLimits`.
 */
import type { CallValue, Class, Func, HostFile, Member, Template, TypeRef, Value } from '../hosts/host';
import type { SourceMap } from '../text/sourceMap';
import type { Span } from '../text/span';
import type { Parent } from './gathered';
import type { ReceiverPattern, Receiving } from './receivers';
import type { Version } from './versions';

/**
 * At most so many alternatives of one value, calls followed into each other, steps of one question, and places that
 * may change one variable (minified code has variables with tens of thousands).
 */
export const flowLimits = { alternatives: 16, depth: 4, steps: 4000, changes: 1000 } as const;

/** A value at its place. `frame` holds the arguments where a function was followed into. Refs are made by `Flow` alone. */
export interface Ref {
  readonly value: Value;
  readonly file: HostFile;
  readonly frame?: Frame;
}

export interface Frame {
  readonly file: HostFile;
  /** `Func.id` that was called; -1 where the frame says what `this` is and nothing more. */
  readonly function: number;
  readonly args: readonly Ref[];
  readonly this?: Chain;
  /** The frame of the function around it (a closure's). */
  readonly outer?: Frame;
  readonly depth: number;
}

/**
 * One way through a branching statement. Two arms of the same `branch` exclude each other. Empty lists mean: always.
 * Arms that the reading point itself stands in are left out.
 */
export interface Arm {
  /** Identity of the `if`, `switch`, conditional expression, loop or short circuit. */
  readonly branch: string;
  readonly arm: number;
  /** How many arms cover all cases; left out or 0 where the arms that are seen may leave some out. */
  readonly of?: number;
}

// ── chains ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Chain {
  readonly root: Root;
  /** In the order in which they happen, whatever variables, functions and files they stand in. */
  readonly steps: readonly Step[];
  /** Functions of the project that were followed into, and names that were passed, from the outside in. */
  readonly via: readonly Via[];
  /** The expression that was asked for. */
  readonly ref: Ref;
}

export type Root =
  /** Exported by something outside the project. `name`: `default`, `*`, or a path (`Prisma.TransactionClient`). */
  | { readonly kind: 'package'; readonly module: string; readonly name: string }
  /** A class of the project: itself (`static` steps follow) or, after a `new` or `instance` step, its instances. */
  | { readonly kind: 'class'; readonly class: ClassRef; readonly frame?: Frame }
  /** All exports of a file of the project. */
  | { readonly kind: 'namespace'; readonly file: HostFile }
  /** A function of the project that was not followed (the last call of the chain, or past the depth). */
  | { readonly kind: 'function'; readonly function: FuncRef; readonly frame?: Frame; readonly this?: Chain }
  /** A literal, object, list, function or operator expression: see `shapes(ref)`. */
  | { readonly kind: 'value'; readonly ref: Ref }
  | { readonly kind: 'global'; readonly name: string }
  /** A parameter that nothing types, or anything else that the source does not say. */
  | { readonly kind: 'unknown'; readonly why: string; readonly id: string; readonly type?: Typed };

/** A type, and the file whose names it uses. */
export interface Typed {
  readonly type: TypeRef;
  readonly file: HostFile;
}

export type Step = StepBase &
  (
    | { readonly kind: 'member'; readonly name: string }
    /** `x[key]` where the key is not a constant. */
    | { readonly kind: 'index'; readonly key: Ref }
    /** `name` is the member that is called, `''` where the value itself is called (`knex('t')`). */
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Ref[]; readonly call: CallValue }
    | { readonly kind: 'new'; readonly args: readonly Ref[]; readonly call: CallValue }
    | { readonly kind: 'tag'; readonly name: string; readonly template: Template; readonly ref: Ref }
    /** Known by a type alone: a parameter `x: Knex`, an injected member. `types`: its type arguments. `class` where a subclass of the project is meant. */
    | {
        readonly kind: 'instance';
        readonly types: readonly Typed[];
        readonly class?: ClassRef;
        /** What it was made with: `new Post({ … })` of a subclass. */
        readonly args?: readonly Ref[];
        /** Of the parameter or property that is injected: `@InjectModel(User.name) users: Model<UserDocument>`. */
        readonly decorators?: readonly Ref[];
      }
    /** Parameter `parameter` of the function that was handed to the call before: `tx` of `db.transaction(tx => …)`. */
    | { readonly kind: 'callback'; readonly argument: number; readonly parameter: number; readonly function: FuncRef }
    /** An item of a list, or of what is looped over. */
    | { readonly kind: 'item' }
  );

/** `shardFor(id)` that was followed to what it returns, `readPool` that was followed to `new Pool()`. */
export interface Via {
  /** As the callee is declared, or as it is exported. */
  readonly name: string;
  /** Undefined where it is no call. */
  readonly args?: readonly Ref[];
  readonly span: Span;
  readonly file: HostFile;
}

interface StepBase {
  readonly nameSpan: Span;
  readonly span: Span;
  readonly file: HostFile;
  /** Empty: always done. Otherwise done only in these branches (`if (x) q = q.where(…)`). */
  readonly when: readonly Arm[];
  /** A statement of its own whose result is not kept (`q.where(…);`): counts only where the builder changes itself. */
  readonly discarded?: boolean;
}

export interface ClassRef {
  readonly file: HostFile;
  readonly class: Class;
  /** Of the function that makes the class: `extends modelOf({ table: 'orders' })`. */
  readonly frame?: Frame;
}

export interface FuncRef {
  readonly file: HostFile;
  readonly function: Func;
  /** What the functions around it were called with. */
  readonly frame?: Frame;
}

/** What becomes of a builder that an expression begins: `let q = db('t'); if (x) q.where(…); return q.first()`. */
export interface Life {
  /** One for every place where the finished builder is used; several are several statements. */
  readonly ends: readonly End[];
  /** The spans of all expressions that belong to it, so that no site is read twice. */
  readonly spans: readonly Span[];
}

export interface End {
  /**
   * `await`: awaited, `return`ed, yielded; `argument`: handed to a call or put into an object or list;
   * `statement`: an expression statement of its own; `value`: anything else (compared, kept under another name …).
   */
  readonly how: 'await' | 'return' | 'argument' | 'statement' | 'value';
  readonly chain: Chain;
  /** All that it may be, `chain` among them: more than one where a function that hands it out decides. */
  readonly chains: readonly Chain[];
  /** The call, object or list that it is handed to. */
  readonly into?: Ref;
  /** Stands in a branch of its own. */
  readonly when: readonly Arm[];
}

// ── shapes ──────────────────────────────────────────────────────────────────────────────────────────────────────

export type Shape =
  | {
      readonly kind: 'literal';
      readonly value: string | number | bigint | boolean | null | undefined;
      readonly ref: Ref;
    }
  | ObjectShape
  | ListShape
  /** A template with holes or a concatenation: see `texts(ref)`. */
  | { readonly kind: 'text'; readonly ref: Ref }
  | { readonly kind: 'function'; readonly function: FuncRef; readonly ref: Ref }
  | { readonly kind: 'class'; readonly class: ClassRef; readonly ref: Ref }
  /** A call, tag, `new` or member of something that is not the project's: `eq(t.id, x)`, `Op.and`, `new Date()`. */
  | {
      readonly kind: 'chain';
      readonly chain: Chain;
      readonly ref: Ref;
      /** Members that were assigned since: `user = new User(); user.name = n`. */
      readonly set?: readonly Entry[];
    }
  /** `a && b`, `a === b`, `!a`, arithmetic: `ref.value` says which. */
  | { readonly kind: 'operator'; readonly ref: Ref }
  /** Comes from a caller or from what is not followed. `id`: identity of the value, see `valueId`. */
  | { readonly kind: 'unknown'; readonly why: string; readonly id: string; readonly ref: Ref };

export interface ObjectShape {
  readonly kind: 'object';
  /** Later entries win over earlier ones of the same key, unless they are conditional. */
  readonly entries: readonly Entry[];
  /** Something that is not known was spread into it or handed to someone who may add keys: further keys are possible. */
  readonly open: boolean;
  readonly ref: Ref;
}

export interface Entry {
  /** Constant keys by text, computed ones resolved; `undefined` where the key is not known. */
  readonly key: string | undefined;
  /** The key's chain where it is computed (`[Op.and]`, `[Col.project]`). */
  readonly computed?: Ref;
  readonly keySpan: Span;
  readonly value: Ref;
  readonly when: readonly Arm[];
  readonly file: HostFile;
}

export interface ListShape {
  readonly kind: 'list';
  readonly items: readonly Item[];
  readonly open: boolean;
  readonly ref: Ref;
}

export interface Item {
  readonly value: Ref;
  readonly when: readonly Arm[];
  /** In a loop or from `map`: stands for any number of items. */
  readonly many: boolean;
}

export type Piece = {
  /** Where the piece comes in, in the file that was asked about: the whole `${…}`, name or literal. */
  readonly anchor: Span;
  /** Empty: always there. */
  readonly when: readonly Arm[];
} & (
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly map: SourceMap /** That `map` points into. */;
      readonly file: HostFile;
    }
  | { readonly kind: 'hole'; readonly ref: Ref }
);

/** One possible text. What cannot be read as text is a hole. */
export interface Text {
  readonly pieces: readonly Piece[];
}

/** A call, a tagged template or an assignment to a member that a function does. */
export interface Action {
  readonly ref: Ref;
  /** Branches in which alone it is done, seen from the place that was asked about. */
  readonly when: readonly Arm[];
  /** In a loop or a callback. */
  readonly many: boolean;
}

// ── classes and callbacks ───────────────────────────────────────────────────────────────────────────────────────

export interface FoundMember {
  readonly member: Member;
  /** The class that declares it: the one asked about or an ancestor of it in the project. */
  readonly owner: ClassRef;
}

/** What a function that was handed over does: `where(q => …)`, `where(function () { this.… })`, `(t, { eq }) => eq(…)`. */
export interface Callback {
  readonly function: FuncRef;
  /** One for every `return` (an arrow's expression is one). */
  readonly returns: readonly { readonly value: Ref; readonly when: readonly Arm[] }[];
  /** All that is done to its first parameter, or to another one, or to `this`: a chain whose root is unknown. */
  applied(parameter?: number | 'this'): Chain;
}

// ── the questions ───────────────────────────────────────────────────────────────────────────────────────────────

export interface Flow {
  readonly file: HostFile;
  /** Of a package, as this file's part of the workspace uses it; undefined where nothing says it. */
  version(name: string): Version | undefined;
  /** Receivers that the shard map declares. */
  readonly receivers: readonly ReceiverPattern[];

  /** A value of this file, as the site has it. */
  ref(value: Value): Ref;

  /** Where a value comes from and what was done on the way. Follows helpers of the project: `getDb().query`. */
  chain(ref: Ref): Chain;
  /** All that it may be: `tx ?? prisma`, `dbOrTx(db, trx)`. `chain` is the first of them that leads somewhere. */
  chains(ref: Ref): readonly Chain[];
  /** The site's own chain: as `chain`, but its last call is never followed into: a helper's call is not the helper's query. */
  call(value: Value): Chain;
  /** The same for an action, which may stand in another file. */
  callAt(ref: Ref): Chain;
  /** As `call`, for a value that was reached from elsewhere: its frame counts. */
  site(ref: Ref): Chain;
  /** As `call`, with the steps of bare statements before it (`q.andWhere(…);`), for builders that change themselves. */
  builder(ref: Ref): Chain;
  /** Reads forward from an expression that begins a builder; asked with the innermost call (`db('t')`). */
  life(value: Value): Life;

  /** What a value may be; never empty. */
  shapes(ref: Ref): readonly Shape[];
  /** What text a value may be; never empty. */
  texts(ref: Ref): readonly Text[];
  /** Equal ids are the same value: `tenantId@src/a.ts:120`, `req.params.id@…`, `'literal'`. Conversions are seen through. */
  valueId(ref: Ref): string;
  /** Differs from turn to turn of a loop or callback that does not hold `site`: rows of `items.map(…)` with a key each. */
  varies(ref: Ref, site: Ref): boolean;
  /** The expression as people write it, on one line. */
  print(ref: Ref): string;

  callback(fn: FuncRef, args?: readonly Ref[]): Callback;
  /** The class that an expression or type names. */
  classOf(ref: Ref | Typed): ClassRef | undefined;
  /** Looks in ancestors of the project too. */
  member(of: ClassRef, name: string, isStatic: boolean): FoundMember | undefined;
  /** What the class extends, outermost last: classes of the project, then at most one chain of a package. */
  heritage(of: ClassRef): readonly (ClassRef | Chain)[];
  /** A value of this type. */
  typed(type: TypeRef, file: HostFile): Chain;

  /**
   * What a function does, functions inside it included, in order; with `before` only what is done on the way to that
   * place: what stands in another branch, or in one that leaves the function, is left out.
   */
  actions(fn: FuncRef, before?: Ref): readonly Action[];
  /** The innermost function, by place. */
  functionOf(ref: Ref): FuncRef;
  /** The value or statement that holds it directly. */
  parent(ref: Ref): Parent | undefined;
  /** Whether a pinned, fanned-out or replica receiver stands in the chain. */
  receiving(chain: Chain): Receiving;
  /**
   * Identity of the transaction in which the chain's statement runs: the call of one of these names whose callback it
   * stands in, or the handle itself where it is known by its type alone (see `isHandle`).
   */
  transaction(chain: Chain, calls: readonly string[], isHandle?: (root: Root) => boolean): string | undefined;
}
