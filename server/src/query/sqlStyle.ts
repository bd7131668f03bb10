/** How a dialect writes names, values and the few clauses in which dialects differ. */
import type { Const } from './model';

export interface SqlStyle {
  readonly mysql: boolean;
  /** `INSERT … RETURNING`, `DELETE … RETURNING`. */
  readonly returning: boolean;
}

/** `dialect`: a dialect's id; what is not MySQL's family is written as PostgreSQL. */
export const sqlStyle = (dialect: string): SqlStyle => ({
  mysql: dialect === 'mysql' || dialect === 'mariadb',
  returning: dialect !== 'mysql',
});

const reserved = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization between binary both by case cast change check collate ' +
    'collation column concurrently condition constraint convert create cross current_date current_role current_time ' +
    'current_timestamp current_user database databases default deferrable delete desc describe distinct div do drop dual ' +
    'each else elseif end except exists explain false fetch for force foreign freeze from full function grant group ' +
    'grouping groups having if ignore ilike in index initially inner insert intersect interval into is isnull join key keys ' +
    'kill lateral leading left like limit lines load localtime localtimestamp lock loop match mod natural not notnull null ' +
    'of offset on only optimize option or order out outer over overlaps partition placing primary procedure range rank read ' +
    'references regexp release rename repeat replace returning right row rows schema select sensitive separator session_user ' +
    'set show similar some sql starting symmetric system table tablesample terminated then to trailing trigger true union ' +
    'unique unlock unsigned update usage use user using values variadic verbose view when where window with write'
  ).split(' '),
);

export function identifier(name: string, { mysql }: SqlStyle): string {
  const plain = mysql ? /^[A-Za-z_][A-Za-z0-9_]*$/ : /^[a-z_][a-z0-9_]*$/;
  if (plain.test(name) && !reserved.has(name.toLowerCase())) return name;
  return mysql ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`;
}

export function constant({ type, value }: Const, { mysql }: SqlStyle): string {
  if (value === null) return 'NULL';
  if (type === 'bytes') return mysql ? `x'${value}'` : `'\\x${value}'`;
  if (type === 'boolean') return String(value).toUpperCase();
  if (type === 'number') return String(value);
  const text = String(value).replaceAll("'", "''");
  return `'${mysql ? text.replaceAll('\\', '\\\\') : text}'`;
}
