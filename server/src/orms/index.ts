/** All libraries that are understood. */
import type { Orm } from './orm';

export const orms: readonly Orm[] = [];
