/** MySQL and what speaks its language: Vitess, PlanetScale, TiDB, Aurora, PolarDB-X. */
import { defineDialect } from './dialect';
import { mysqlReader } from './mysql/reader';
import { lexical } from './mysql/tokens';

export const mysql = defineDialect({
  id: 'mysql',
  aliases: ['mysql2', 'vitess', 'planetscale', 'tidb', 'singlestore', 'polardb-x'],
  lexical,
  load: async () => mysqlReader('mysql'),
});
