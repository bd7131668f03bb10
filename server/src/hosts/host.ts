/**
 * Source code as data, whatever language it is written in: what an ORM module and the flow analysis read instead of a
 * syntax tree. One tolerant pass per file makes it; it depends on that file's text alone, so it can be cached.
 *
 * The model must fit TypeScript's `db.user.findMany({ where })`, SQLAlchemy's `select(User).where(User.id == x)`
 * (operators are `binary` values, keyword arguments are `keyword` values) and a Ruby block (a `function` argument).
 */
import type { Platform } from '../platform/platform';
import { type SourceMap, verbatimMap } from '../text/sourceMap';
import type { Span } from '../text/span';

export interface Host {
  readonly id: string;
  readonly extensions: readonly string[];
  /** What begins a comment that ends with its line. */
  readonly lineComment: string;
  /** Loads the parser once, when the first file of this language is read. */
  load(platform: Platform): Promise<HostReader>;
}

export interface HostReader {
  /** Never throws: broken code gives what can be read of it. */
  read(path: string, text: string): HostFile;
  /**
   * Some top-level statements alone, as if they stood behind that many characters, functions and classes. Undefined where they
   * cannot be read. A language without it has its files read as a whole whenever somebody types.
   */
  stretch?(path: string, text: string, behind: Behind): HostStretch | undefined;
}

export interface Behind {
  readonly characters: number;
  readonly functions: number;
  readonly classes: number;
}

/** What a stretch of a file's top level says: its own functions and classes, with ids that count on from those before it. */
export interface HostStretch extends Omit<HostFile, 'path' | 'host'> {
  readonly body: readonly Statement[];
}

export interface HostFile {
  readonly path: string;
  readonly host: string;
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  /** `functions[0]` is the module's top level. */
  readonly functions: readonly Func[];
  readonly classes: readonly Class[];
  /** Interfaces and type aliases. */
  readonly types: readonly TypeDeclaration[];
  /** Comments that speak to us (`shardlint-…`, `/* sql *\/`), with their delimiters' style. */
  readonly comments: readonly HostComment[];
  /** Where comments may be inserted for a line, e.g. inside JSX. */
  readonly jsx: readonly Span[];
  /** Extents of the top-level statements of every kind, imports too, in their order. */
  readonly top: readonly Span[];
}

export interface HostComment {
  readonly text: string;
  readonly span: Span;
  readonly style: 'line' | 'block' | 'jsx';
}

/** Static imports alone; `require('m')` and `import('m')` are calls of the names `require` and `import`. */
export interface Import {
  readonly local: string;
  readonly module: string;
  /** Exported name, `default`, or `*` for the namespace and `import x = require('m')`. */
  readonly imported: string;
  readonly span: Span;
}

/** `module.exports = x` and `export = x` are exported as `=`. */
export type Export =
  | { readonly kind: 'local'; readonly exported: string; readonly local: string }
  | { readonly kind: 'value'; readonly exported: string; readonly value: Value }
  /** `export { a as b } from 'm'`; `*` for `export * from 'm'`. */
  | { readonly kind: 'from'; readonly exported: string; readonly module: string; readonly imported: string };

export interface Func {
  readonly id: number;
  readonly name?: string;
  readonly params: readonly Parameter[];
  readonly body: readonly Statement[];
  /** The function that encloses it; undefined for the module. */
  readonly parent?: number;
  /** The class whose method it is. */
  readonly class?: number;
  readonly async: boolean;
  /** `this` inside is its own and not that of the function around it. */
  readonly ownThis: boolean;
  readonly decorators: readonly Value[];
  readonly returns?: TypeRef;
  readonly span: Span;
}

export interface Parameter {
  readonly pattern: Pattern;
  readonly type?: TypeRef;
  readonly default?: Value;
  readonly rest: boolean;
  readonly decorators: readonly Value[];
  /** TypeScript parameter property: also a member of the class. */
  readonly member: boolean;
}

export interface Class {
  readonly id: number;
  readonly name?: string;
  /** Names of type parameters. */
  readonly params: readonly string[];
  readonly extends?: Value;
  /** Type arguments of the heritage clause. */
  readonly extendsTypes: readonly TypeRef[];
  readonly implements: readonly TypeRef[];
  readonly members: readonly Member[];
  readonly decorators: readonly Value[];
  readonly span: Span;
}

export interface Member {
  readonly name: string;
  readonly static: boolean;
  readonly kind: 'method' | 'property' | 'getter' | 'setter' | 'constructor';
  /** Methods and accessors. */
  readonly function?: number;
  /** Initial value of a property. */
  readonly value?: Value;
  readonly type?: TypeRef;
  readonly decorators: readonly Value[];
  readonly optional: boolean;
  readonly span: Span;
}

/**
 * A type as written: `Repository<User>` → name `Repository`, args [`User`]; `A | B` → `|`, args [A, B]; `A & B` → `&`;
 * `A[]` → `Array`; `typeof x` → `typeof`, args [x]; `(a: A, b: B) => R` → `=>`, args [R, A, B]; `A['b']` → `[]`, args [A, `'b'`];
 * `{ db: Knex }` → `{}` with members; anything else keeps its text as name.
 */
export interface TypeRef {
  readonly name: string;
  readonly args: readonly TypeRef[];
  readonly members?: readonly { readonly name: string; readonly type: TypeRef; readonly optional: boolean }[];
  readonly span: Span;
}

/** `interface X extends A { … }` has members and `extends`; `type X<T> = …` has its right side as `type`. */
export interface TypeDeclaration {
  readonly name: string;
  readonly params: readonly string[];
  readonly extends: readonly TypeRef[];
  readonly type: TypeRef;
  readonly span: Span;
}

// ── statements ──────────────────────────────────────────────────────────────────────────────────────────────────

export type Statement =
  | {
      readonly kind: 'declare';
      readonly pattern: Pattern;
      readonly value?: Value;
      readonly type?: TypeRef;
      readonly constant: boolean;
      readonly span: Span;
    }
  | { readonly kind: 'expression'; readonly value: Value; readonly span: Span }
  | { readonly kind: 'return' | 'throw'; readonly value?: Value; readonly span: Span }
  | {
      readonly kind: 'if';
      readonly test: Value;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
      readonly span: Span;
    }
  | {
      readonly kind: 'loop';
      readonly pattern?: Pattern;
      readonly over?: Value;
      readonly head: readonly Value[];
      readonly body: readonly Statement[];
      readonly span: Span;
    }
  | {
      readonly kind: 'switch';
      readonly subject: Value;
      readonly cases: readonly { readonly test?: Value; readonly body: readonly Statement[] }[];
      readonly span: Span;
    }
  | {
      readonly kind: 'try';
      readonly body: readonly Statement[];
      readonly handler: readonly Statement[];
      readonly finalizer: readonly Statement[];
      readonly span: Span;
    }
  | { readonly kind: 'block'; readonly body: readonly Statement[]; readonly span: Span }
  /** A function declaration, seen in its whole block; enums are constants that hold an object. */
  | { readonly kind: 'function'; readonly function: number; readonly span: Span }
  | { readonly kind: 'class'; readonly class: number; readonly span: Span }
  /** break, continue. */
  | { readonly kind: 'jump'; readonly span: Span };

export type Pattern =
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  | {
      readonly kind: 'object';
      readonly entries: readonly { readonly key: string; readonly pattern: Pattern; readonly default?: Value }[];
      readonly rest?: string;
      readonly span: Span;
    }
  | {
      readonly kind: 'list';
      readonly items: readonly (Pattern | undefined)[];
      readonly rest?: string;
      readonly span: Span;
    };

// ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────

export type Value =
  | Literal
  | Template
  | ObjectValue
  | ListValue
  | ({ readonly kind: 'name'; readonly name: string; readonly span: Span } & Asserted)
  | MemberValue
  | CallValue
  | ({ readonly kind: 'await'; readonly value: Value; readonly span: Span } & Asserted)
  | { readonly kind: 'spread'; readonly value: Value; readonly span: Span }
  | { readonly kind: 'binary'; readonly op: string; readonly left: Value; readonly right: Value; readonly span: Span }
  | { readonly kind: 'unary'; readonly op: string; readonly value: Value; readonly span: Span }
  | {
      readonly kind: 'conditional';
      readonly test: Value;
      readonly then: Value;
      readonly otherwise: Value;
      readonly span: Span;
    }
  | {
      readonly kind: 'assign';
      readonly op: string;
      readonly target: Value | Pattern;
      readonly value: Value;
      readonly span: Span;
    }
  | { readonly kind: 'keyword'; readonly name: string; readonly value: Value; readonly span: Span }
  | { readonly kind: 'function'; readonly function: number; readonly span: Span }
  | { readonly kind: 'class'; readonly class: number; readonly span: Span }
  | { readonly kind: 'this' | 'super'; readonly span: Span }
  /** `why` of a regular expression is `pattern`. `satisfies` and non-null marks are seen through, not kept. */
  | { readonly kind: 'opaque'; readonly why: string; readonly parts: readonly Value[]; readonly span: Span };

/** The type that a value is said to be of where it stands: `container.resolve('em') as EntityManager`. */
export interface Asserted {
  readonly asserted?: TypeRef;
}

export interface Literal {
  readonly kind: 'literal';
  readonly value: string | number | bigint | boolean | null | undefined;
  /** For strings: how it is quoted. */
  readonly quote?: Quote;
  /** For strings that do not stand in the source as they are (escapes): decoded text → source. See `stringMap`. */
  readonly map?: SourceMap;
  readonly span: Span;
}

/** The encoding of text in the literal's source. */
export type Quote = 'single' | 'double' | 'template' | 'raw-template';

/** A template literal, tagged or not; text pieces and holes alternate as written. */
export interface Template {
  readonly kind: 'template';
  readonly tag?: Value;
  readonly parts: readonly (
    | { readonly kind: 'text'; readonly text: string; readonly map: SourceMap; readonly span: Span }
    | { readonly kind: 'hole'; readonly value: Value; readonly span: Span }
  )[];
  readonly span: Span;
}

export interface ObjectValue {
  readonly kind: 'object';
  readonly entries: readonly ObjectEntry[];
  readonly span: Span;
}

export type ObjectEntry =
  | {
      readonly kind: 'property';
      readonly key: string | Value;
      readonly keySpan: Span;
      readonly value: Value;
      readonly span: Span;
    }
  | { readonly kind: 'spread'; readonly value: Value; readonly span: Span };

export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Value[];
  readonly span: Span;
}

export interface MemberValue extends Asserted {
  readonly kind: 'member';
  readonly object: Value;
  /** A name, or a computed value. */
  readonly property: string | Value;
  readonly propertySpan: Span;
  readonly span: Span;
}

export interface CallValue extends Asserted {
  readonly kind: 'call';
  readonly callee: Value;
  readonly args: readonly Value[];
  readonly types: readonly TypeRef[];
  readonly isNew: boolean;
  readonly span: Span;
}

/** Decoded text of a string literal → source. */
export const stringMap = ({ value, map, quote, span }: Literal): SourceMap =>
  map ?? verbatimMap(String(value).length, span.start + 1, quote ?? 'verbatim');

export const defineHost = (host: Host): Host => host;
