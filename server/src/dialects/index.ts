/** All dialects. */
import type { Dialect } from './dialect';
import { postgresql } from './postgresql';

export const dialects: readonly Dialect[] = [postgresql];

/** By id or alias, in any case. */
export const findDialect = (name: string): Dialect | undefined => {
  const wanted = name.toLowerCase();
  return dialects.find((dialect) => dialect.id === wanted || dialect.aliases.includes(wanted));
};
