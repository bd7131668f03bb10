/** Names and texts in SQL that is written for people: quoted by dialect wherever a plain word would be read otherwise. */

/** Reserved in PostgreSQL or MySQL: quoting one word too many does no harm. */
const reserved = new Set(
  `accessible add all alter analyse analyze and any array as asc asensitive asymmetric authorization before between bigint
  binary blob both by call cascade case cast change char character check collate collation column columns concurrently
  condition constraint continue convert create cross cube current current_catalog current_date current_role current_schema
  current_time current_timestamp current_user cursor database databases date day dec decimal declare default deferrable
  delayed delete desc describe deterministic distinct distinctrow div do double drop dual each else elseif empty enclosed end
  escaped except exists exit explain false fetch float for force foreign freeze from full fulltext function generated get
  grant group grouping groups having if ignore ilike in index infile initially inner inout insensitive insert int integer
  intersect interval into is isnull iterate join key keys kill lag last_value lateral lead leading leave left like limit
  linear lines load localtime localtimestamp lock long loop manual match maxvalue mod modifies natural not notnull null
  numeric of off offset on only optimize option optionally or order out outer outfile over overlaps partition percent_rank
  placing precision primary procedure purge range rank read reads real recursive references regexp release rename repeat
  replace require resignal restrict return returning revoke right rlike row row_number rows schema schemas select sensitive
  separator session_user set show signal similar smallint some spatial specific sql ssl starting stored straight_join symmetric
  system table tablesample terminated then time timestamp tinyint to trailing trigger true undo union unique unlock unsigned
  update usage use user using values varchar variadic varying verbose virtual when where while window with write xor year
  zerofill`.split(/\s+/),
);

const isMysql = (dialect: string): boolean => dialect === 'mysql' || dialect === 'mariadb';

/** One name, as it is stored: PostgreSQL folds what is not quoted. */
export function quoteName(dialect: string, name: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name)) return name;
  return isMysql(dialect) ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`;
}

export const quoteTable = (dialect: string, name: readonly string[]): string =>
  name.map((part) => quoteName(dialect, part)).join('.');

/** MySQL reads a backslash as the begin of an escape. */
export const quoteText = (dialect: string, text: string): string => {
  const doubled = text.replaceAll("'", "''");
  return `'${isMysql(dialect) ? doubled.replaceAll('\\', '\\\\') : doubled}'`;
};

const longest = 55;

/** A name for something new: lower case, of letters, digits and underscores, short enough for every database. */
export function newName(...parts: readonly string[]): string {
  const words =
    parts
      .join('_')
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  const name = words.join('_').slice(0, longest).replace(/_$/, '');
  return /^[a-z]/.test(name) ? name : `t_${name}`;
}

/** In a comment that ends with its line: nothing in it ends the line. */
export const commentText = (text: string): string => text.replace(/[\r\n\u0085\u2028\u2029\0]+/g, ' ');
