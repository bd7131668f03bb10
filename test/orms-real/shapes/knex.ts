/** Knex: each exported function is one shape, as applications write it. */
import knex, { type Knex } from 'knex';

export const db = knex({ client: 'pg', connection: process.env.DATABASE_URL, pool: { min: 0, max: 2 } });

export const close = () => db.destroy();

/** Lists of arguments for shapes that decide at run time what they send. */
export const runs = {
  conditionalKey: [[7], [undefined]],
  extendedUnderIf: [
    [7, 'open'],
    [7, undefined],
  ],
  modifiedUnderIf: [
    [7, true],
    [7, false],
  ],
  searchOrders: [[{ tenantId: 7, status: 'open' }], [{ tenantId: 7 }]],
  operationLater: [
    [7, 11, true],
    [7, 11, false],
  ],
  optionalTransaction: [[7]],
};

// ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function byKeyAndId(tenantId: number, id: number) {
  return db('orders').where({ tenant_id: tenantId, id }).first();
}

export async function byIdOnly(id: number) {
  return db('orders').where('id', id).first();
}

export async function byOtherColumn(status: string) {
  return db('orders').where({ status }).select('id', 'total');
}

export async function byListOfKeys(tenantIds: number[]) {
  return db('orders').whereIn('tenant_id', tenantIds);
}

export async function byListOfIds(tenantId: number, ids: number[]) {
  return db('orders').where('tenant_id', tenantId).whereIn('id', ids);
}

export async function byRowValues(tenantId: number, id: number) {
  return db('orders').whereIn(
    ['tenant_id', 'id'],
    [
      [tenantId, id],
      [8, 21],
    ],
  );
}

export async function keyOrOther(tenantId: number, status: string) {
  return db('orders').where('tenant_id', tenantId).orWhere('status', status);
}

export async function groupedOr(tenantId: number, status: string) {
  return db('orders')
    .where('tenant_id', tenantId)
    .andWhere((q) => q.where('status', status).orWhereNull('deleted_at'));
}

export async function groupedByThis(tenantId: number, otherTenant: number) {
  return db('orders').where(function () {
    this.where('tenant_id', tenantId).orWhere({ tenant_id: otherTenant });
  });
}

export async function negated(tenantId: number) {
  return db('orders').whereNot('tenant_id', tenantId).limit(5);
}

export async function range(tenantId: number, since: Date, until: Date) {
  return db('orders')
    .whereBetween('created_at', [since, until])
    .where({ tenant_id: tenantId })
    .orderBy('created_at', 'desc');
}

export async function keyInRange(tenantId: number) {
  return db('orders').where('tenant_id', '>=', tenantId);
}

export async function rawCondition(tenantId: number, text: string) {
  return db('orders').whereRaw('tenant_id = ? and lower(number) like ?', [tenantId, `%${text}%`]);
}

export async function rawNamed(tenantId: number) {
  return db('orders').where(db.raw('tenant_id = :tenantId', { tenantId }));
}

export async function columnsAndAlias(tenantId: number) {
  return db.select('o.id', 'o.total').from('orders as o').where('o.tenant_id', '=', tenantId);
}

export async function plucked(tenantId: number) {
  return db('orders').where({ tenant_id: tenantId }).pluck('id');
}

export async function counted(tenantId: number) {
  const [row] = await db('orders').where({ tenant_id: tenantId }).count({ count: '*' });
  return Number(row?.count);
}

export async function countedDistinct(status: string) {
  return db('orders').countDistinct('user_id as n').where({ status }).first();
}

export async function summed(tenantId: number) {
  return db('orders').where({ tenant_id: tenantId }).sum('total as total').groupBy('status').select('status');
}

export async function pageAndCount(tenantId: number, limit: number, offset: number) {
  const query = db('orders').where({ tenant_id: tenantId });
  const rows = await query.clone().orderBy('id').limit(limit).offset(offset);
  const total = await query.clone().count('* as n').first();
  return { rows, total };
}

export async function reference(code: string) {
  return db('plans').where({ code }).first();
}

export async function unsharded(name: string) {
  return db('settings').where({ name }).first();
}

// ── joins, subqueries, set operations ───────────────────────────────────────────────────────────────────────────

export async function joinedOnKey(tenantId: number, id: number) {
  return db('orders')
    .join('order_items', function () {
      this.on('order_items.order_id', 'orders.id').andOn('order_items.tenant_id', '=', 'orders.tenant_id');
    })
    .where({ 'orders.tenant_id': tenantId, 'orders.id': id });
}

export async function joinedOffKey(tenantId: number) {
  return db('orders')
    .join('order_items', 'order_items.order_id', 'orders.id')
    .where('orders.tenant_id', tenantId)
    .select('orders.*', 'order_items.sku');
}

export async function leftJoinedPinnedBoth(tenantId: number) {
  return db('orders as o')
    .leftJoin('users as u', 'u.id', 'o.user_id')
    .where('o.tenant_id', tenantId)
    .where('u.tenant_id', tenantId);
}

export async function joinedReference(tenantId: number) {
  return db('tenants').innerJoin('plans', 'plans.code', 'tenants.plan_code').where('tenants.id', tenantId);
}

export async function joinedUnsharded(tenantId: number) {
  return db('orders').crossJoin('settings').where('orders.tenant_id', tenantId).select('orders.id', 'settings.value');
}

export async function inSubquery(tenantId: number) {
  return db('orders').whereIn('id', db('order_items').select('order_id').where({ tenant_id: tenantId }));
}

export async function existsSubquery(tenantId: number) {
  return db('orders')
    .where('orders.tenant_id', tenantId)
    .whereExists(
      db('order_items')
        .select(db.raw('1'))
        .whereRaw('order_items.order_id = orders.id')
        .where('order_items.tenant_id', tenantId),
    );
}

export async function existsByThis(tenantId: number) {
  return db('orders')
    .where({ tenant_id: tenantId })
    .whereExists(function () {
      this.select('*').from('order_items').whereColumn('order_items.tenant_id', 'orders.tenant_id');
    });
}

export async function derivedTable(tenantId: number) {
  const mine = db('orders').where({ tenant_id: tenantId }).as('mine');
  return db.select('mine.id').from(mine);
}

export async function commonTable(tenantId: number) {
  return db
    .with('recent', db('orders').where({ tenant_id: tenantId }).orderBy('id', 'desc').limit(3))
    .select('*')
    .from('recent');
}

export async function unionOfTwo(tenantId: number, otherTenant: number) {
  return db('orders')
    .select('id')
    .where({ tenant_id: tenantId })
    .unionAll([db('orders').select('id').where({ tenant_id: otherTenant })]);
}

export async function lockedRead(tenantId: number, id: number) {
  return db.transaction(async (trx) => trx('orders').where({ tenant_id: tenantId, id }).forUpdate().first());
}

// ── builders over statements ────────────────────────────────────────────────────────────────────────────────────

export async function conditionalKey(tenantId?: number) {
  const query = db('orders').where('status', 'open');
  if (tenantId !== undefined) query.where('tenant_id', tenantId);
  return query;
}

export async function extendedUnderIf(tenantId: number, status?: string) {
  let query = db('orders').where({ tenant_id: tenantId });
  if (status) query = query.andWhere({ status });
  return await query.orderBy('id');
}

export async function modifiedUnderIf(tenantId: number, open: boolean) {
  return db('orders')
    .where({ tenant_id: tenantId })
    .modify((q) => {
      if (open) q.where('status', 'open');
    });
}

const onlyOpen = (q: Knex.QueryBuilder) => q.where('status', 'open').whereNull('deleted_at');

export async function modifiedByHelper(tenantId: number) {
  return db('orders').modify(onlyOpen).where({ tenant_id: tenantId });
}

export async function searchOrders(filter: { tenantId: number; status?: string }) {
  const where: Record<string, unknown> = { tenant_id: filter.tenantId };
  if (filter.status) where.status = filter.status;
  return db('orders').where(where);
}

export async function operationLater(tenantId: number, id: number, remove: boolean) {
  const query = db('order_items').where({ tenant_id: tenantId, order_id: id });
  if (remove) await query.del();
  else await query.update({ quantity: 1 });
}

const tables = { orders: () => db<{ id: number }>('orders'), items: () => db('order_items') };

export async function tableAccessor(tenantId: number) {
  return tables.orders().where('tenant_id', tenantId).limit(1);
}

const Col = { tenant: 'tenant_id', status: 'status' } as const;

export async function computedKeys(tenantId: number, status: string) {
  return db('orders').where({ [Col.tenant]: tenantId, [Col.status]: status });
}

// ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function insertOne(tenantId: number, userId: number) {
  return db('orders').insert({ tenant_id: tenantId, user_id: userId, total: 1 }).returning('id');
}

export async function insertSeveral(tenantId: number, orderId: number) {
  await db('order_items').insert([
    { tenant_id: tenantId, order_id: orderId, sku: 'x' },
    { tenant_id: tenantId, order_id: orderId, sku: 'y' },
  ]);
}

export async function insertSeveralTenants(tenantId: number, otherTenant: number) {
  await db('tags').insert([
    { tenant_id: tenantId, name: 'x' },
    { tenant_id: otherTenant, name: 'x' },
  ]);
}

export async function insertMapped(tenantId: number, ids: number[]) {
  await db('tags').insert(ids.map((id) => ({ tenant_id: tenantId, name: `tag ${id}` })));
}

export async function batchInserted(tenantId: number, ids: number[]) {
  await db.batchInsert(
    'tags',
    ids.map((id) => ({ tenant_id: tenantId, name: `tag ${id}` })),
    100,
  );
}

export async function upserted(tenantId: number, email: string, name: string) {
  await db('users').insert({ tenant_id: tenantId, email, name }).onConflict(['tenant_id', 'email']).merge({ name });
}

export async function insertedOrIgnored(tenantId: number, email: string) {
  await db('users').insert({ tenant_id: tenantId, email }).onConflict(['tenant_id', 'email']).ignore();
}

export async function insertFromSelect(tenantId: number, orderId: number) {
  await db(db.raw('?? (??, ??, ??)', ['order_items', 'tenant_id', 'order_id', 'sku'])).insert(
    db('order_items').select('tenant_id', 'order_id', 'sku').where({ tenant_id: tenantId, order_id: orderId }),
  );
}

export async function updatedByKey(tenantId: number, id: number, status: string) {
  return db('orders').where({ tenant_id: tenantId, id }).update({ status }).returning('*');
}

export async function updatedByIdOnly(id: number) {
  await db('orders').where({ id }).update('status', 'paid');
}

export async function incremented(tenantId: number, id: number) {
  await db('orders').where({ tenant_id: tenantId, id }).increment('total', 5);
}

export async function keyChanged(id: number, otherTenant: number) {
  await db('tags').where({ id }).update({ tenant_id: otherTenant });
}

export async function deletedByKey(tenantId: number, orderId: number) {
  return db('order_items').where({ tenant_id: tenantId, order_id: orderId }).delete();
}

export async function deletedByIdOnly(itemId: number) {
  return db('order_items').where('id', itemId).del();
}

export async function deletedInSubquery(tenantId: number) {
  await db('order_items').whereIn('order_id', db('orders').select('id').where('tenant_id', tenantId)).del();
}

export async function softDeleted(tenantId: number, id: number) {
  await db('orders').where({ tenant_id: tenantId, id }).update({ deleted_at: db.fn.now() });
}

// ── transactions and raw SQL ────────────────────────────────────────────────────────────────────────────────────

export async function inTransaction(tenantId: number, userId: number) {
  await db.transaction(async (trx) => {
    const [order] = await trx('orders').insert({ tenant_id: tenantId, user_id: userId }).returning('id');
    await trx('order_items').insert({ tenant_id: tenantId, order_id: order.id, sku: 'z' });
    await trx('users').where({ tenant_id: tenantId, id: userId }).update({ name: 'Buyer' });
  });
}

export async function transacting(tenantId: number, orderId: number) {
  await db.transaction(async (trx) => {
    await db('order_items').transacting(trx).where({ tenant_id: tenantId, order_id: orderId }).update({ quantity: 3 });
    await db('orders').where({ id: orderId }).transacting(trx).update({ total: 9 });
  });
}

export async function optionalTransaction(tenantId: number, trx?: Knex.Transaction) {
  const query = db('orders').where({ tenant_id: tenantId }).first('id');
  if (trx) query.transacting(trx);
  return query;
}

export async function rawSelect(tenantId: number) {
  const { rows } = await db.raw('select id, total from orders where tenant_id = ? order by id', [tenantId]);
  return rows;
}

export async function rawIdentifiers(tenantId: number) {
  return db.raw('select ?? from ?? where ?? = ?', ['id', 'orders', 'tenant_id', tenantId]);
}

export async function rawInTransaction(tenantId: number, id: number) {
  await db.transaction(async (trx) => {
    await trx.raw('update orders set total = total + 1 where tenant_id = ? and id = ?', [tenantId, id]);
  });
}
