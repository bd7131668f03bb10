/** All dialects. */
import type { Dialect } from './dialect';
import { dialects } from './list';

export { dialects };

/** By id or alias, in any case. */
export const findDialect = (name: string): Dialect | undefined => {
  const wanted = name.toLowerCase();
  return dialects.find((dialect) => dialect.id === wanted || dialect.aliases.includes(wanted));
};
