/** MariaDB. Its language and MySQL's differ in words, not in shape: one grammar reads what either server takes. */
import { defineDialect } from './dialect';
import { mysqlReader } from './mysql/reader';
import { lexical } from './mysql/tokens';

export const mariadb = defineDialect({
  id: 'mariadb',
  aliases: ['maria', 'spider'],
  lexical,
  load: async () => mysqlReader('mariadb'),
});
