import { type Shell, UsageError } from '../shell';
import { type Connection, connect, DatabaseError } from './connection';
import type { DatabaseUrl } from './url';

/** Asks over a connection that is closed afterwards; what the server refuses is said in one sentence. */
export async function withConnection<T>(
  shell: Shell,
  url: DatabaseUrl,
  ask: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(url);
  try {
    return await ask(connection);
  } catch (error) {
    if (error instanceof DatabaseError) throw new UsageError(`the database refused: ${error.message} (${error.code})`);
    throw error;
  } finally {
    shell.progress('');
    await connection.close();
  }
}
