/** All importers. */
import type { Importer } from '../importer';
import citus from './citus';
import ddl from './ddl';
import vitess from './vitess';

export const importers: readonly Importer[] = [citus, ddl, vitess];
