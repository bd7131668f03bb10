/** Kysely with `kysely-replication`: who is asked by which call. */
import { type Generated, Kysely, PostgresDialect, sql } from 'kysely';
import { KyselyReplicationDialect } from 'kysely-replication';
import 'kysely-replication/force';
import { RoundRobinReplicaStrategy } from 'kysely-replication/strategy/round-robin';
import pg from 'pg';

interface Database {
  orders: { id: Generated<number>; tenant_id: number; status: Generated<string>; total: Generated<number> };
}

const at = (connectionString: string | undefined) =>
  new PostgresDialect({ pool: new pg.Pool({ connectionString, max: 2 }) });

const db = new Kysely<Database>({
  dialect: new KyselyReplicationDialect({
    primaryDialect: at(process.env.DATABASE_URL),
    replicaDialects: [at(process.env.REPLICA_URL)],
    replicaStrategy: new RoundRobinReplicaStrategy({}),
  }),
});

export const close = () => db.destroy();

/** The earlier version cannot be told where to go. */
export const only = { forcedPrimary: 'current', forcedReplica: 'current' };

export async function select(tenantId: number) {
  return db.selectFrom('orders').selectAll().where('tenant_id', '=', tenantId).execute();
}

export async function first(tenantId: number, id: number) {
  return db.selectFrom('orders').select('id').where('tenant_id', '=', tenantId).where('id', '=', id).executeTakeFirst();
}

export async function count(tenantId: number) {
  return db
    .selectFrom('orders')
    .select(({ fn }) => fn.countAll().as('n'))
    .where('tenant_id', '=', tenantId)
    .executeTakeFirstOrThrow();
}

export async function commonTable(tenantId: number) {
  return db
    .with('mine', (qb) => qb.selectFrom('orders').selectAll().where('tenant_id', '=', tenantId))
    .selectFrom('mine')
    .selectAll()
    .execute();
}

export async function commonTableThatWrites(tenantId: number) {
  return db
    .with('paid', (qb) => qb.updateTable('orders').set({ total: 1 }).where('tenant_id', '=', tenantId).returningAll())
    .selectFrom('paid')
    .selectAll()
    .execute();
}

export async function insert(tenantId: number) {
  return db.insertInto('orders').values({ tenant_id: tenantId }).returningAll().execute();
}

export async function update(tenantId: number) {
  await db.updateTable('orders').set({ total: 2 }).where('tenant_id', '=', tenantId).execute();
}

export async function remove(tenantId: number) {
  await db.deleteFrom('orders').where('tenant_id', '=', tenantId).where('id', '=', 13).execute();
}

export async function inTransaction(tenantId: number) {
  await db.transaction().execute(async (trx) => {
    await trx.selectFrom('orders').selectAll().where('tenant_id', '=', tenantId).execute();
    await trx.updateTable('orders').set({ total: 3 }).where('tenant_id', '=', tenantId).execute();
  });
}

export async function forcedPrimary(tenantId: number) {
  return db.withPrimary().selectFrom('orders').selectAll().where('tenant_id', '=', tenantId).execute();
}

export async function forcedReplica(tenantId: number) {
  return db.withReplica(0).selectFrom('orders').selectAll().where('tenant_id', '=', tenantId).execute();
}

export async function raw(tenantId: number) {
  return sql`select id from orders where tenant_id = ${tenantId}`.execute(db);
}
