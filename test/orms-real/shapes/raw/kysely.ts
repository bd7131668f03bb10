/** Kysely: each way to send SQL text, or to put some into a builder. */
import { CompiledQuery, type SqlBool, sql } from 'kysely';
import { db } from '../kysely';

export { close } from '../kysely';

/** `` sql`…`.execute(db) `` */
export async function executed(tenantId: number) {
  return sql`select id from orders where tenant_id = ${tenantId}`.execute(db);
}

/** `sql.table`, `sql.ref` */
export async function tableAndRef(tenantId: number) {
  return sql`select ${sql.ref('o.id')} from ${sql.table('orders')} as o where ${sql.ref('o.tenant_id')} = ${tenantId}`.execute(
    db,
  );
}

/** `sql.id` */
export async function ofId(tenantId: number) {
  return sql`select ${sql.id('id')} from ${sql.id('public', 'orders')} where tenant_id = ${tenantId}`.execute(db);
}

/** `sql.lit` */
export async function ofLiteral(tenantId: number) {
  return sql`select id from orders where tenant_id = ${tenantId} and status = ${sql.lit('open')}`.execute(db);
}

/** `sql.val` */
export async function ofValue(tenantId: number) {
  return sql`select id from orders where tenant_id = ${sql.val(tenantId)}`.execute(db);
}

/** `sql.raw` */
export async function ofRaw(tenantId: number) {
  return sql`select id from orders where tenant_id = ${tenantId} ${sql.raw('order by id')}`.execute(db);
}

/** `sql.join` */
export async function joined(tenantIds: number[]) {
  return sql`select id from orders where tenant_id in (${sql.join(tenantIds)})`.execute(db);
}

/** nested `` sql`…` `` */
export async function nested(tenantId: number) {
  const filter = sql`tenant_id = ${tenantId}`;
  return sql`select id from orders where ${filter}`.execute(db);
}

/** `` where(sql`…`) `` */
export async function whereSql(tenantId: number) {
  return db.selectFrom('orders').select('id').where(sql<SqlBool>`tenant_id = ${tenantId}`).execute();
}

/** `` select(sql`…`.as(…)) `` */
export async function selectedSql(tenantId: number) {
  return db.selectFrom('orders').select(sql<number>`count(*)`.as('n')).where('tenant_id', '=', tenantId).execute();
}

/** `` set({ column: sql`…` }) `` */
export async function setSql(tenantId: number) {
  await db.updateTable('orders').set({ total: sql`total + 1` }).where('tenant_id', '=', tenantId).execute();
}

/** `executeQuery(CompiledQuery.raw(…))` */
export async function compiledRaw(tenantId: number) {
  return db.executeQuery(CompiledQuery.raw('select id from orders where tenant_id = $1', [tenantId]));
}

/** `` executeQuery(sql`…`.compile(db)) `` */
export async function compiledSql(tenantId: number) {
  return db.executeQuery(sql`select id from orders where tenant_id = ${tenantId}`.compile(db));
}

/** `executeQuery(builder.compile())` */
export async function compiledBuilder(tenantId: number) {
  return db.executeQuery(db.selectFrom('orders').select('id').where('tenant_id', '=', tenantId).compile());
}

/** `` trx: sql`…`.execute(trx) `` */
export async function inTransaction(tenantId: number) {
  await db.transaction().execute(async (trx) => {
    await sql`update orders set total = 0 where tenant_id = ${tenantId}`.execute(trx);
  });
}
