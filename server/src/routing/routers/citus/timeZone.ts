/**
 * Expressions on dates and times that PostgreSQL computes by the session's time zone or date style: stable, though no
 * function of theirs is called by name.
 */
import type { Column, Expr } from '../../../query/model';
import { keyType } from '../../hash/postgresql';

/** The declared type of a column, where it is known. */
export type TypeOf = (column: Column) => string | undefined;

/** `instant` is a timestamp with time zone, `moment` one without. */
type Time = 'instant' | 'moment' | 'date' | 'clock' | 'interval' | 'text';

const families: ReadonlyMap<string, Time> = new Map<string, Time>([
  ['timestamptz', 'instant'],
  ['timestamp', 'moment'],
  ['date', 'date'],
  ['time', 'clock'],
  ['timetz', 'clock'],
  ['interval', 'interval'],
  ['text', 'text'],
]);
const answers: ReadonlyMap<string, Time> = new Map<string, Time>([
  ...['now', 'current_timestamp', 'transaction_timestamp', 'statement_timestamp', 'clock_timestamp'].map(
    (name) => [name, 'instant'] as const,
  ),
  ['to_timestamp', 'instant'],
  ['make_timestamptz', 'instant'],
  ['localtimestamp', 'moment'],
  ['make_timestamp', 'moment'],
  ['current_date', 'date'],
  ['to_date', 'date'],
  ['make_date', 'date'],
  ['date', 'date'],
  ['age', 'interval'],
  ['make_interval', 'interval'],
]);
const ofArguments = new Set(['coalesce', 'greatest', 'least', 'nullif', 'min', 'max', 'date_trunc']);

/** The expression itself, its parts left aside. */
export function dependsOnZone(expr: Expr, typeOf: TypeOf): boolean {
  const of = (part: Expr): Time | undefined => timeOf(part, typeOf);
  switch (expr.kind) {
    case 'compare':
      return areMixed(of(expr.left), of(expr.right));
    case 'between':
      return areMixed(of(expr.value), of(expr.low)) || areMixed(of(expr.value), of(expr.high));
    case 'in':
      return (
        Array.isArray(expr.items) && (expr.items as readonly Expr[]).some((item) => areMixed(of(expr.left), of(item)))
      );
    case 'operation': {
      // A day is not always 24 hours long: what comes of adding one depends on the zone.
      const [a, b] = expr.args.map(of);
      return (a === 'instant' && b === 'interval') || (a === 'interval' && b === 'instant') || areMixed(a, b);
    }
    case 'call':
      return (
        /^(date_trunc|date_part|extract|date|time)$/.test(expr.name) && expr.args.some((arg) => of(arg) === 'instant')
      );
    case 'cast':
      return isWritten(of(expr.value), families.get(keyType(expr.type)));
    default:
      return false;
  }
}

const isCivil = (time: Time | undefined): boolean => time === 'moment' || time === 'date';

const areMixed = (a: Time | undefined, b: Time | undefined): boolean =>
  (a === 'instant' && isCivil(b)) || (isCivil(a) && b === 'instant');

/** Crosses between an instant and how a calendar shows it, or between a time and its spelling. */
function isWritten(from: Time | undefined, to: Time | undefined): boolean {
  if (from === undefined || to === undefined || from === to || from === 'interval' || to === 'interval') return false;
  return from === 'instant' || to === 'instant' || from === 'text' || to === 'text';
}

function timeOf(expr: Expr, typeOf: TypeOf): Time | undefined {
  switch (expr.kind) {
    case 'column': {
      const declared = typeOf(expr);
      return declared === undefined ? undefined : families.get(keyType(declared));
    }
    case 'cast':
      return families.get(keyType(expr.type));
    case 'operation':
      return ofSum(expr.op, expr.args, typeOf);
    case 'call': {
      if (ofArguments.has(expr.name))
        return expr.args.map((arg) => timeOf(arg, typeOf)).find((time) => time !== undefined);
      if (expr.name !== 'timezone') return answers.get(expr.name);
      const [, value] = expr.args;
      const time = value && timeOf(value, typeOf);
      return time === 'instant' ? 'moment' : time === 'moment' ? 'instant' : undefined;
    }
    default:
      return undefined;
  }
}

function ofSum(op: string, args: readonly Expr[], typeOf: TypeOf): Time | undefined {
  if (op !== '+' && op !== '-') return undefined;
  const [a, b] = args.map((arg) => timeOf(arg, typeOf));
  const isPoint = (time: Time | undefined): boolean => time === 'instant' || isCivil(time);
  if (isPoint(a) && isPoint(b)) return op === '-' && !(a === 'date' && b === 'date') ? 'interval' : undefined;
  const point = isPoint(a) ? a : isPoint(b) ? b : undefined;
  if (point === undefined) return a === 'interval' && b === 'interval' ? 'interval' : undefined;
  const other = point === a ? b : a;
  return point === 'date' && (other === 'interval' || other === 'clock') ? 'moment' : point;
}
