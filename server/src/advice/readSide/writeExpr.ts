/** Expressions of the neutral query as SQL text, where the model has kept all of them; a caller's values have no place in it. */
import type { Call, Column, Expr } from '../../query/model';
import { isOperator } from '../../query/operators';
import { quoteText } from './sqlNames';

/** Casts whose meaning does not depend on modifiers that the model leaves out. */
const castable = new Set([
  'bigint',
  'boolean',
  'date',
  'double precision',
  'float8',
  'int',
  'int4',
  'int8',
  'integer',
  'text',
  'uuid',
]);

/** Written with words between their arguments, or another answer at every call. */
const special = new Set(
  `adddate cast char collation_for convert current_catalog current_date current_role current_schema current_time
  current_timestamp current_user curdate curtime date_add date_sub default extract group_concat grouping interval localtime
  localtimestamp normalize now overlay position rand random session_user subdate sysdate timestampadd trim user utc_date
  utc_time utc_timestamp values xmlelement clock_timestamp statement_timestamp timeofday transaction_timestamp
  gen_random_uuid uuid nextval getdate unix_timestamp setval`.split(/\s+/),
);

const operators = new Set(['+', '-', '*', '/', '%']);

export interface Writing {
  readonly dialect: string;
  /** Undefined where it is not known whose column it is. */
  column(column: Column): string | undefined;
}

/** Undefined where something in it cannot be written. */
export function writeExpr(expr: Expr, writing: Writing): string | undefined {
  const { dialect } = writing;
  const inner = (one: Expr): string | undefined => {
    const text = writeExpr(one, writing);
    return text !== undefined && (isOperator(one) || one.kind === 'cast') ? `(${text})` : text;
  };
  switch (expr.kind) {
    case 'column':
      return writing.column(expr);
    case 'const':
      if (expr.type === 'string') return quoteText(dialect, String(expr.value));
      if (expr.type === 'null') return 'NULL';
      return expr.type === 'bytes' ? undefined : String(expr.value).toUpperCase();
    case 'compare':
      if (expr.op === '<=>' && dialect === 'postgresql') return undefined;
      return joined([inner(expr.left), inner(expr.right)], ` ${expr.op.toUpperCase()} `);
    case 'in': {
      if (!Array.isArray(expr.items)) return undefined;
      const items = joined((expr.items as readonly Expr[]).map(inner), ', ');
      return joined([inner(expr.left), items && `(${items})`], expr.negated ? ' NOT IN ' : ' IN ');
    }
    case 'between': {
      const range = joined([inner(expr.low), inner(expr.high)], ' AND ');
      return joined([inner(expr.value), range], expr.negated ? ' NOT BETWEEN ' : ' BETWEEN ');
    }
    case 'like': {
      if (expr.ignoreCase && dialect !== 'postgresql') return undefined;
      const word = expr.ignoreCase ? 'ILIKE' : 'LIKE';
      return joined([inner(expr.value), inner(expr.pattern)], expr.negated ? ` NOT ${word} ` : ` ${word} `);
    }
    case 'is-null':
      return suffixed(inner(expr.value), expr.negated ? ' IS NOT NULL' : ' IS NULL');
    case 'is-truth':
      return suffixed(inner(expr.value), ` IS ${expr.negated ? 'NOT ' : ''}${String(expr.truth).toUpperCase()}`);
    case 'and':
    case 'or':
      return joined(expr.args.map(inner), ` ${expr.kind.toUpperCase()} `);
    case 'not': {
      const arg = inner(expr.arg);
      return arg && `NOT ${arg}`;
    }
    case 'cast':
      return castable.has(expr.type) && dialect === 'postgresql'
        ? suffixed(inner(expr.value), `::${expr.type}`)
        : undefined;
    case 'call':
      return writeCall(expr, writing);
    case 'operation':
      return expr.args.length === 2 && operators.has(expr.op)
        ? joined(expr.args.map(inner), ` ${expr.op} `)
        : undefined;
    default:
      return undefined;
  }
}

function writeCall({ name, args, distinct, filter, orderBy, over }: Call, writing: Writing): string | undefined {
  if (!/^[a-z_][a-z0-9_]*$/.test(name) || special.has(name) || over || (orderBy && orderBy.length > 0))
    return undefined;
  const all = args.map((arg) =>
    arg.kind === 'star' && arg.qualifier.length === 0 && name === 'count' ? '*' : writeExpr(arg, writing),
  );
  const text = joined(all, ', ');
  if (text === undefined) return undefined;
  const call = `${name}(${distinct ? 'DISTINCT ' : ''}${text})`;
  if (!filter) return call;
  return writing.dialect === 'postgresql'
    ? suffixed(writeExpr(filter, writing), ')', `${call} FILTER (WHERE `)
    : undefined;
}

const suffixed = (text: string | undefined, after: string, before = ''): string | undefined =>
  text === undefined ? undefined : `${before}${text}${after}`;

/** Undefined where any part is. */
export const joined = (parts: readonly (string | undefined)[], by: string): string | undefined =>
  parts.every((part) => part !== undefined) ? parts.join(by) : undefined;
