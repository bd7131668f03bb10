/** All dialects. */
import type { Dialect } from './dialect';
import { mariadb } from './mariadb';
import { mysql } from './mysql';
import { postgresql } from './postgresql';

export const dialects: readonly Dialect[] = [postgresql, mysql, mariadb];

/** By id or alias, in any case. */
export const findDialect = (name: string): Dialect | undefined => {
  const wanted = name.toLowerCase();
  return dialects.find((dialect) => dialect.id === wanted || dialect.aliases.includes(wanted));
};
