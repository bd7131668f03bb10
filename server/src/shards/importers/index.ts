/** All importers. */
import type { Importer } from '../importer';
import vitess from './vitess';

export const importers: readonly Importer[] = [vitess];
