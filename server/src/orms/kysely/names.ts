/** Names of tables and columns as they are sent: what plugins make of them, schemas, aliases. */
import type { Ref } from '../../flow/flow';
import type { Expr, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import type { Build } from '../build/build';
import { type Casing, snaked } from '../build/casing';
import { choice, column, operation } from '../build/expr';

export interface Context extends Build {
  readonly depth: number;
  readonly casing: Casing | undefined;
  /** `withSchema`. */
  readonly schema: string | undefined;
  /** Common tables in scope, which belong to no schema. */
  readonly ctes: ReadonlySet<string>;
}

export const sentName = ({ casing }: Context, name: string): string =>
  casing === undefined ? name : snaked(name, casing);

/** The texts that are known as a whole; several where branches decide. */
export const namesIn = (c: Build, ref: Ref): readonly string[] => {
  const names = c.flow.texts(ref).map(({ pieces }) => {
    const parts = pieces.map((piece) => (piece.kind === 'text' ? piece.text : undefined));
    return parts.length > 0 && parts.every((part) => part !== undefined) ? parts.join('') : undefined;
  });
  return names.every((name) => name !== undefined) ? [...new Set(names)] : [];
};

export const nameIn = (c: Build, ref: Ref | undefined): string | undefined => {
  if (ref === undefined) return undefined;
  const [name, other] = namesIn(c, ref);
  return other === undefined ? name : undefined;
};

const aliased = (text: string): readonly [string, string | undefined] => {
  const [name = '', alias] = text.trim().split(/\s+as\s+/i);
  return [name, alias];
};

export const aliasIn = (c: Context, text: string): string | undefined => {
  const [, alias] = aliased(text);
  return alias === undefined ? undefined : sentName(c, alias);
};

/** `'schema.t.col as x'`, `'t.*'`. */
export const columnNamed = (c: Context, text: string, span: Span): Expr => {
  const [name] = aliased(text);
  if (/->|\s/.test(name.trim())) return operation('column', [], span);
  const parts = name.split('.').map((part) => sentName(c, part.trim()));
  const last = parts.pop() ?? '';
  return last === '*'
    ? { kind: 'star', qualifier: parts, span }
    : { kind: 'column', qualifier: parts, name: last, span };
};

/** A column by text; undefined where the text is not known. */
export const columnIn = (c: Context, ref: Ref, span: Span): Expr | undefined => {
  const names = namesIn(c, ref);
  return names.length === 0
    ? undefined
    : choice(
        names.map((name) => columnNamed(c, name, span)),
        span,
      );
};

/** `'schema.t as x'`. */
export const tableNamed = (c: Context, text: string, span: Span): TableRef => {
  const [name, alias] = aliased(text);
  const parts = name.split('.').map((part) => sentName(c, part.trim()));
  const [only = ''] = parts;
  const whole = parts.length === 1 && c.schema !== undefined && !c.ctes.has(only) ? [c.schema, only] : parts;
  return {
    kind: 'table',
    name: { parts: whole, span },
    ...(alias === undefined ? {} : { alias: sentName(c, alias) }),
    span,
  };
};

export const lastColumn = (c: Context, text: string): string => {
  const expr = columnNamed(c, text, column('', '', { start: 0, end: 0 }).span);
  return expr.kind === 'column' ? expr.name : text;
};
