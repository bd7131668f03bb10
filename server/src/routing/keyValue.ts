/** The values that a predicate gives to a key: constants, parameters and other expressions that are known when the statement runs. */
import { literalOf } from '../query/literals';
import type { Call, Expr } from '../query/model';
import { partsOf } from '../query/walk';

/** One value of a key. Equal ids are equal values; different ids of constants are different values. */
export interface KeyValue {
  readonly id: string;
  /** Present for literals: what a range, list or hash function can be asked about. */
  readonly constant?: string | number | bigint | boolean;
  /** `IN ::ids`, `= ANY($1)`: several values whose number is not known. */
  readonly many?: boolean;
}

export type Volatility = 'immutable' | 'stable' | 'volatile';

/** PostgreSQL and MySQL functions whose answer changes within a statement or transaction. Others count as immutable. */
const volatileFunctions = new Set(
  'random rand gen_random_uuid uuid uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuidv4 uuidv7 uuid_short clock_timestamp timeofday nextval currval setval lastval setseed set_config current_query txid_current pg_sleep sleep last_insert_id sysdate lo_import pg_advisory_lock pg_advisory_xact_lock pg_try_advisory_lock get_lock release_lock'.split(
    ' ',
  ),
);
const stableFunctions = new Set(
  'now current_timestamp transaction_timestamp statement_timestamp localtime localtimestamp current_date current_time current_user session_user user current_role current_catalog current_schema current_schemas current_database database schema current_setting to_char to_date to_number to_timestamp to_regclass age convert convert_from convert_to enum_first enum_last enum_range make_timestamptz json_populate_record jsonb_populate_record obj_description col_description format concat concat_ws quote_literal quote_nullable has_table_privilege inet_client_addr pg_backend_pid version txid_current_if_assigned row_to_json to_json to_jsonb json_build_object jsonb_build_object json_build_array jsonb_build_array array_to_string unix_timestamp utc_timestamp curdate curtime connection_id'.split(
    ' ',
  ),
);

function volatilityOf(name: string): Volatility {
  const base = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return volatileFunctions.has(base) ? 'volatile' : stableFunctions.has(base) ? 'stable' : 'immutable';
}

/** Functions that PostgreSQL has in a stable and an immutable form, told apart by their arguments. */
export function callVolatility({ name, args }: Call): Volatility {
  const isPlain = (name === 'to_timestamp' && args.length === 1) || (name === 'age' && args.length === 2);
  return isPlain ? 'immutable' : volatilityOf(name);
}

/** The worst volatility of any function in the expression; subqueries are not entered. */
export function exprVolatility(expr: Expr): Volatility {
  let worst: Volatility = expr.kind === 'call' ? callVolatility(expr) : 'immutable';
  for (const part of partsOf(expr)) {
    const one = exprVolatility(part);
    if (one === 'volatile' || worst === 'volatile') return 'volatile';
    if (one === 'stable') worst = 'stable';
  }
  return worst;
}

/**
 * The value of an expression that reads no row: a literal, a parameter, a harmless cast of one, or an expression over
 * them. Undefined where it reads columns or a subquery, is volatile, or is NULL (which equals nothing). `folds`: functions of
 * literals are computed; otherwise arithmetic alone.
 */
export function keyValueOf(expr: Expr, upTo: Volatility = 'stable', folds = false): KeyValue | undefined {
  switch (expr.kind) {
    case 'const':
      if (expr.value === null) return undefined;
      return { id: constantId(expr.value), constant: expr.value };
    case 'param':
      return { id: `$${expr.id}`, ...(expr.many ? { many: true } : {}) };
    case 'cast': {
      const inner = keyValueOf(expr.value, upTo, folds);
      return inner && harmlessCast(inner, expr.type);
    }
    default: {
      if (!isRowless(expr)) return undefined;
      const volatility = exprVolatility(expr);
      if (volatility === 'volatile' || (volatility === 'stable' && upTo === 'immutable')) return undefined;
      const folded = folds || isArithmetic(expr) ? (literalOf(expr)?.value ?? undefined) : undefined;
      return folded !== undefined ? { id: constantId(folded), constant: folded } : { id: `(${shape(expr)})` };
    }
  }
}

const isArithmetic = (expr: Expr): boolean =>
  expr.kind === 'operation' && expr.op !== '||' && expr.args.every((arg) => arg.kind === 'const' || isArithmetic(arg));

/** Numbers and the strings that spell them are one value: the key's type decides, and it is one type. */
export function constantId(value: string | number | bigint | boolean): string {
  if (typeof value === 'string') return /^-?\d+(\.0+)?$/.test(value) ? `=${value.replace(/\.0+$/, '')}` : `=${value}`;
  return `=${value}`;
}

function harmlessCast(value: KeyValue, type: string): KeyValue {
  if (value.constant === undefined) return value;
  if (
    /^(small|big)?int(eger)?$|^numeric$|^decimal$/.test(type) &&
    typeof value.constant === 'string' &&
    /^\s*[+-]?\d+\s*$/.test(value.constant)
  ) {
    const digits = BigInt(value.constant.trim());
    return { id: constantId(digits), constant: digits };
  }
  return value;
}

/** Reads neither rows nor anything that the source does not say. */
function isRowless(expr: Expr): boolean {
  switch (expr.kind) {
    case 'column':
    case 'star':
    case 'subquery':
    case 'exists':
    case 'opaque':
    case 'choice':
      return false;
    case 'in':
      if (!Array.isArray(expr.items)) return false;
      break;
    case 'call':
      if (expr.aggregate || expr.over) return false;
      break;
  }
  return partsOf(expr).every(isRowless);
}

/** A text that is equal for equal expressions; spans do not count. */
export function shape(expr: Expr): string {
  switch (expr.kind) {
    case 'column':
      return [...expr.qualifier, expr.name].join('.');
    case 'const':
      return typeof expr.value === 'string' ? JSON.stringify(expr.value) : String(expr.value);
    case 'param':
      return `$${expr.id}`;
    case 'call':
      return `${expr.name}(${expr.args.map(shape).join(',')})`;
    default: {
      const op = 'op' in expr ? expr.op : '';
      return `${expr.kind}${op}(${partsOf(expr).map(shape).join(',')})`;
    }
  }
}

/** Two literals, or two host values that are known by their declarations; a bare placeholder may be anything. */
export const comparable = (a: string, b: string): boolean =>
  (a.startsWith('=') && b.startsWith('=')) || (a.includes('@') && b.includes('@'));

/** Values that cannot be equal: two literals. */
export const apart = (a: string, b: string): boolean => a.startsWith('=') && b.startsWith('=') && a !== b;
