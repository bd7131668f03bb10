/** Kysely: each exported function is one shape, as applications write it. */
import { type ExpressionBuilder, type Generated, Kysely, PostgresDialect, type SqlBool, sql } from 'kysely';
import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/postgres';
import pg from 'pg';

interface Database {
  plans: { code: string; title: string };
  settings: { id: Generated<number>; name: string; value: string | null };
  tenants: { id: Generated<number>; name: string; plan_code: string | null };
  users: { id: Generated<number>; tenant_id: number; email: string; name: string | null; deleted_at: Date | null };
  orders: {
    id: Generated<number>;
    tenant_id: number;
    user_id: number | null;
    number: string | null;
    status: Generated<string>;
    total: Generated<number>;
    created_at: Generated<Date>;
    deleted_at: Date | null;
  };
  order_items: {
    id: Generated<number>;
    tenant_id: number;
    order_id: number;
    sku: Generated<string>;
    quantity: Generated<number>;
  };
  tags: { id: Generated<number>; tenant_id: number; name: string };
}

export const db = new Kysely<Database>({
  dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 }) }),
});

export const close = () => db.destroy();

/** Lists of arguments for shapes that decide at run time what they send. */
export const runs = {
  conditionalKey: [[7], [undefined]],
  extendedUnderIf: [
    [7, 'open'],
    [7, undefined],
  ],
  dollarIf: [
    [7, true],
    [7, false],
  ],
  collectedConditions: [
    [7, 'open'],
    [7, undefined],
  ],
};

// ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function byKeyAndId(tenantId: number, id: number) {
  return db.selectFrom('orders').selectAll().where('tenant_id', '=', tenantId).where('id', '=', id).executeTakeFirst();
}

export async function byIdOnly(id: number) {
  return db.selectFrom('orders').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

export async function byOtherColumn(status: string) {
  return db.selectFrom('orders').select(['id', 'total']).where('status', '=', status).execute();
}

export async function byListOfKeys(tenantIds: number[]) {
  return db.selectFrom('orders').selectAll().where('tenant_id', 'in', tenantIds).execute();
}

export async function keyOrOther(tenantId: number, status: string) {
  return db
    .selectFrom('orders')
    .selectAll()
    .where((eb) => eb.or([eb('tenant_id', '=', tenantId), eb('status', '=', status)]))
    .execute();
}

export async function eitherKey(tenantId: number, otherTenant: number) {
  return db
    .selectFrom('orders')
    .selectAll()
    .where(({ eb, or }) => or([eb('tenant_id', '=', tenantId), eb('tenant_id', '=', otherTenant)]))
    .execute();
}

export async function objectCondition(tenantId: number, status: string) {
  return db
    .selectFrom('orders')
    .selectAll()
    .where((eb) => eb.and({ tenant_id: tenantId, status }))
    .execute();
}

export async function negated(tenantId: number) {
  return db.selectFrom('orders').selectAll().where('tenant_id', '!=', tenantId).limit(5).execute();
}

export async function keyInRange(tenantId: number) {
  return db.selectFrom('orders').selectAll().where('tenant_id', '>=', tenantId).execute();
}

export async function range(tenantId: number, since: Date, until: Date) {
  return db
    .selectFrom('orders')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where((eb) => eb.between('created_at', since, until))
    .orderBy('created_at', 'desc')
    .execute();
}

export async function isNull(tenantId: number) {
  return db
    .selectFrom('orders')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('deleted_at', 'is', null)
    .execute();
}

export async function chainedExpression(tenantId: number, status: string) {
  return db
    .selectFrom('orders')
    .selectAll()
    .where((eb) => eb('tenant_id', '=', tenantId).and('status', '=', status))
    .execute();
}

export async function sqlCondition(tenantId: number) {
  return db.selectFrom('orders').selectAll().where(sql<SqlBool>`tenant_id = ${tenantId} and total >= 0`).execute();
}

export async function aliased(tenantId: number) {
  return db.selectFrom('orders as o').select(['o.id', 'o.total as sum']).where('o.tenant_id', '=', tenantId).execute();
}

export async function counted(tenantId: number) {
  return db
    .selectFrom('orders')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('tenant_id', '=', tenantId)
    .executeTakeFirstOrThrow();
}

export async function summed(tenantId: number) {
  const { sum } = db.fn;
  return db
    .selectFrom('orders')
    .select(['status', sum('total').as('sum')])
    .where('tenant_id', '=', tenantId)
    .groupBy('status')
    .execute();
}

export async function distinct(tenantId: number) {
  return db.selectFrom('orders').select('status').distinct().where('tenant_id', '=', tenantId).execute();
}

export async function page(tenantId: number, limit: number, offset: number) {
  const query = db.selectFrom('orders').where('tenant_id', '=', tenantId);
  const rows = await query.selectAll().orderBy('id').limit(limit).offset(offset).execute();
  const total = await query.select((eb) => eb.fn.countAll().as('n')).executeTakeFirst();
  return { rows, total };
}

export async function reference(code: string) {
  return db.selectFrom('plans').selectAll().where('code', '=', code).executeTakeFirst();
}

export async function unsharded(name: string) {
  return db.selectFrom('settings').selectAll().where('name', '=', name).executeTakeFirst();
}

// ── joins, subqueries, set operations ───────────────────────────────────────────────────────────────────────────

export async function joinedOnKey(tenantId: number) {
  return db
    .selectFrom('orders')
    .innerJoin('order_items', (join) =>
      join.onRef('order_items.order_id', '=', 'orders.id').onRef('order_items.tenant_id', '=', 'orders.tenant_id'),
    )
    .select(['orders.id', 'order_items.sku'])
    .where('orders.tenant_id', '=', tenantId)
    .execute();
}

export async function joinedOffKey(tenantId: number) {
  return db
    .selectFrom('orders')
    .innerJoin('order_items', 'order_items.order_id', 'orders.id')
    .select(['orders.id', 'order_items.sku'])
    .where('orders.tenant_id', '=', tenantId)
    .execute();
}

export async function leftJoinedPinned(tenantId: number) {
  return db
    .selectFrom('orders as o')
    .leftJoin('users as u', (join) => join.onRef('u.id', '=', 'o.user_id').on('u.tenant_id', '=', tenantId))
    .select(['o.id', 'u.email'])
    .where('o.tenant_id', '=', tenantId)
    .execute();
}

export async function joinedReference(tenantId: number) {
  return db
    .selectFrom('tenants')
    .leftJoin('plans', 'plans.code', 'tenants.plan_code')
    .select(['tenants.id', 'plans.title'])
    .where('tenants.id', '=', tenantId)
    .execute();
}

export async function inSubquery(tenantId: number) {
  return db
    .selectFrom('orders')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', db.selectFrom('order_items').select('order_id').where('tenant_id', '=', tenantId))
    .execute();
}

export async function inCallback(tenantId: number) {
  return db
    .selectFrom('orders')
    .selectAll()
    .where('id', 'in', (eb) => eb.selectFrom('order_items').select('order_id').where('tenant_id', '=', tenantId))
    .execute();
}

export async function existsSubquery(tenantId: number) {
  return db
    .selectFrom('orders')
    .selectAll()
    .where('orders.tenant_id', '=', tenantId)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('order_items')
          .select('order_items.id')
          .whereRef('order_items.tenant_id', '=', 'orders.tenant_id')
          .whereRef('order_items.order_id', '=', 'orders.id'),
      ),
    )
    .execute();
}

export async function derivedTable(tenantId: number) {
  return db
    .selectFrom((eb) => eb.selectFrom('orders').select(['id', 'total']).where('tenant_id', '=', tenantId).as('mine'))
    .select('mine.id')
    .execute();
}

export async function jsonArray(tenantId: number) {
  return db
    .selectFrom('orders')
    .select((eb) => [
      'orders.id',
      jsonArrayFrom(
        eb.selectFrom('order_items').select('order_items.sku').whereRef('order_items.order_id', '=', 'orders.id'),
      ).as('items'),
    ])
    .where('orders.tenant_id', '=', tenantId)
    .execute();
}

export async function jsonObject(tenantId: number) {
  return db
    .selectFrom('orders')
    .select((eb) => [
      'orders.id',
      jsonObjectFrom(
        eb
          .selectFrom('users')
          .select('users.email')
          .whereRef('users.id', '=', 'orders.user_id')
          .whereRef('users.tenant_id', '=', 'orders.tenant_id'),
      ).as('user'),
    ])
    .where('orders.tenant_id', '=', tenantId)
    .execute();
}

export async function commonTable(tenantId: number) {
  return db
    .with('recent', (qb) => qb.selectFrom('orders').selectAll().where('tenant_id', '=', tenantId).limit(3))
    .selectFrom('recent')
    .selectAll()
    .execute();
}

export async function unionOfTwo(tenantId: number, otherTenant: number) {
  return db
    .selectFrom('orders')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .unionAll(db.selectFrom('orders').select('id').where('tenant_id', '=', otherTenant))
    .execute();
}

// ── statements in parts ─────────────────────────────────────────────────────────────────────────────────────────

export async function conditionalKey(tenantId?: number) {
  let query = db.selectFrom('orders').selectAll().where('status', '=', 'open');
  if (tenantId !== undefined) query = query.where('tenant_id', '=', tenantId);
  return query.execute();
}

export async function extendedUnderIf(tenantId: number, status?: string) {
  let query = db.selectFrom('orders').selectAll().where('tenant_id', '=', tenantId);
  if (status) query = query.where('status', '=', status);
  return await query.orderBy('id').execute();
}

export async function dollarIf(tenantId: number, open: boolean) {
  return db
    .selectFrom('orders')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .$if(open, (qb) => qb.where('status', '=', 'open'))
    .execute();
}

export async function collectedConditions(tenantId: number, status?: string) {
  return db
    .selectFrom('orders')
    .selectAll()
    .where((eb) => {
      const filters = [eb('tenant_id', '=', tenantId)];
      if (status) filters.push(eb('status', '=', status));
      return eb.and(filters);
    })
    .execute();
}

const ofTenant = (eb: ExpressionBuilder<Database, 'orders'>, tenantId: number) =>
  eb.and([eb('tenant_id', '=', tenantId), eb('deleted_at', 'is', null)]);

export async function conditionHelper(tenantId: number) {
  return db
    .selectFrom('orders')
    .selectAll()
    .where((eb) => ofTenant(eb, tenantId))
    .execute();
}

// ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function insertOne(tenantId: number, userId: number) {
  return db
    .insertInto('orders')
    .values({ tenant_id: tenantId, user_id: userId })
    .returning('id')
    .executeTakeFirstOrThrow();
}

export async function insertSeveral(tenantId: number, orderId: number) {
  await db
    .insertInto('order_items')
    .values([
      { tenant_id: tenantId, order_id: orderId, sku: 'x' },
      { tenant_id: tenantId, order_id: orderId, sku: 'y' },
    ])
    .execute();
}

export async function insertPerTenant(tenantIds: number[]) {
  await db
    .insertInto('tags')
    .values(tenantIds.map((tenantId) => ({ tenant_id: tenantId, name: 'new' })))
    .execute();
}

export async function insertFromSelect(tenantId: number) {
  await db
    .insertInto('tags')
    .columns(['tenant_id', 'name'])
    .expression(db.selectFrom('tags').select(['tenant_id', 'name']).where('tenant_id', '=', tenantId))
    .execute();
}

export async function upserted(tenantId: number, email: string, name: string) {
  await db
    .insertInto('users')
    .values({ tenant_id: tenantId, email, name })
    .onConflict((oc) => oc.columns(['tenant_id', 'email']).doUpdateSet({ name }))
    .execute();
}

export async function insertedOrIgnored(tenantId: number, email: string) {
  await db
    .insertInto('users')
    .values({ tenant_id: tenantId, email })
    .onConflict((oc) => oc.doNothing())
    .execute();
}

export async function updatedByKey(tenantId: number, id: number, status: string) {
  return db
    .updateTable('orders')
    .set({ status })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

export async function updatedByIdOnly(id: number) {
  await db.updateTable('orders').set('status', 'paid').where('id', '=', id).execute();
}

export async function incremented(tenantId: number, id: number) {
  await db
    .updateTable('orders')
    .set((eb) => ({ total: eb('total', '+', 1) }))
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .execute();
}

export async function updatedFrom(tenantId: number) {
  await db
    .updateTable('orders')
    .from('users')
    .set({ total: 0 })
    .whereRef('users.id', '=', 'orders.user_id')
    .whereRef('users.tenant_id', '=', 'orders.tenant_id')
    .where('orders.tenant_id', '=', tenantId)
    .execute();
}

export async function keyChanged(tagId: number, otherTenant: number) {
  await db.updateTable('tags').set({ tenant_id: otherTenant }).where('id', '=', tagId).execute();
}

export async function deletedByKey(tenantId: number, orderId: number) {
  await db.deleteFrom('order_items').where('tenant_id', '=', tenantId).where('order_id', '=', orderId).execute();
}

export async function deletedByIdOnly(itemId: number) {
  return db.deleteFrom('order_items').where('id', '=', itemId).returning('sku').executeTakeFirst();
}

export async function deletedUsing(tenantId: number) {
  await db
    .deleteFrom('order_items')
    .using('orders')
    .whereRef('orders.id', '=', 'order_items.order_id')
    .where('orders.tenant_id', '=', tenantId)
    .where('order_items.tenant_id', '=', tenantId)
    .execute();
}

// ── transactions and raw SQL ────────────────────────────────────────────────────────────────────────────────────

export async function inTransaction(tenantId: number, userId: number) {
  await db.transaction().execute(async (trx) => {
    const order = await trx
      .insertInto('orders')
      .values({ tenant_id: tenantId, user_id: userId })
      .returning('id')
      .executeTakeFirstOrThrow();
    await trx.insertInto('order_items').values({ tenant_id: tenantId, order_id: order.id }).execute();
    await trx
      .updateTable('users')
      .set({ name: 'Buyer' })
      .where('tenant_id', '=', tenantId)
      .where('id', '=', userId)
      .execute();
  });
}

export async function lockedRead(tenantId: number, id: number) {
  await db.transaction().execute(async (trx) => {
    await trx
      .selectFrom('orders')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .forUpdate()
      .execute();
  });
}

export async function rawSql(tenantId: number) {
  return sql<{ id: number }>`select id from orders where tenant_id = ${tenantId}`.execute(db);
}

export async function rawWithNames(tenantId: number) {
  return sql`select ${sql.ref('id')} from ${sql.table('orders')} where ${sql.ref('tenant_id')} = ${tenantId}`.execute(
    db,
  );
}
