/** Objection: each exported function is one shape, as applications write it. */
import knex from 'knex';
import { Model, raw, ref, transaction } from 'objection';

export const db = knex({ client: 'pg', connection: process.env.DATABASE_URL });
Model.knex(db);

// ── the models ──────────────────────────────────────────────────────────────────────────────────────────────────

export class Plan extends Model {
  static tableName = 'plans';
  static idColumn = 'code';
  code!: string;
  title!: string;
}

export class Setting extends Model {
  static tableName = 'settings';
  id!: number;
  name!: string;
}

export class Tenant extends Model {
  static tableName = 'tenants';
  id!: number;
  static relationMappings = () => ({
    plan: {
      relation: Model.BelongsToOneRelation,
      modelClass: Plan,
      join: { from: 'tenants.plan_code', to: 'plans.code' },
    },
  });
}

export class Item extends Model {
  static tableName = 'order_items';
  id!: number;
  tenant_id!: number;
  order_id!: number;
  sku!: string;
}

export class User extends Model {
  static tableName = 'users';
  id!: number;
  tenant_id!: number;
  email!: string;
  static relationMappings = () => ({
    orders: { relation: Model.HasManyRelation, modelClass: Order, join: { from: 'users.id', to: 'orders.user_id' } },
  });
}

export class Order extends Model {
  static tableName = 'orders';
  static modifiers = {
    open(query: { where(column: string, value: string): unknown }) {
      query.where('status', 'open');
    },
  };
  id!: number;
  tenant_id!: number;
  user_id!: number;
  status!: string;
  total!: number;
  static relationMappings = () => ({
    items: {
      relation: Model.HasManyRelation,
      modelClass: Item,
      join: { from: 'orders.id', to: 'order_items.order_id' },
    },
    user: { relation: Model.BelongsToOneRelation, modelClass: User, join: { from: 'orders.user_id', to: 'users.id' } },
  });
}

// ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function where(tenantId: number) {
  return Order.query().where('tenant_id', tenantId);
}

export async function whereObject(tenantId: number, status: string) {
  return Order.query().where({ tenant_id: tenantId, status });
}

export async function findById(id: number) {
  return Order.query().findById(id);
}

export async function findByIdWithKey(tenantId: number, id: number) {
  return Order.query().findById(id).where('tenant_id', tenantId);
}

export async function findOne(tenantId: number, number: string) {
  return Order.query().findOne({ tenant_id: tenantId, number });
}

export async function findByIds(ids: number[]) {
  return Order.query().findByIds(ids);
}

export async function byStatus(status: string) {
  return Order.query().where('status', status).orderBy('created_at', 'desc').limit(10);
}

export async function first(tenantId: number) {
  return Order.query().where('tenant_id', tenantId).orderBy('id').first();
}

export async function whereIn(tenantIds: number[]) {
  return Order.query().whereIn('tenant_id', tenantIds);
}

export async function whereNot(tenantId: number) {
  return Order.query().whereNot('tenant_id', tenantId);
}

export async function range(tenantId: number) {
  return Order.query().where('tenant_id', '>=', tenantId);
}

export async function orWhere(tenantId: number, status: string) {
  return Order.query().where('tenant_id', tenantId).orWhere('status', status);
}

export async function grouped(tenantId: number, status: string) {
  return Order.query()
    .where('tenant_id', tenantId)
    .where((query) => query.where('status', status).orWhereNull('number'));
}

export async function selected(tenantId: number) {
  return Order.query().select('id', 'total').where('tenant_id', tenantId);
}

export async function modified(tenantId: number) {
  return Order.query().modify('open').where('tenant_id', tenantId);
}

export async function conditional(tenantId: number, status?: string) {
  const query = Order.query().where('tenant_id', tenantId);
  if (status) query.where({ status });
  return query;
}

export async function skipUndefined(tenantId: number, status?: string) {
  return Order.query()
    .where('tenant_id', tenantId)
    .modify((query) => {
      if (status) query.where('status', status);
    });
}

export async function resultSize(tenantId: number) {
  return Order.query().where('tenant_id', tenantId).resultSize();
}

export async function count(status: string) {
  return Order.query().where({ status }).count('id');
}

export async function sums() {
  return Order.query().select('tenant_id').sum('total').groupBy('tenant_id');
}

export async function page(tenantId: number) {
  return Order.query().where('tenant_id', tenantId).page(0, 10);
}

export async function reference(code: string) {
  return Plan.query().findById(code);
}

export async function unsharded(name: string) {
  return Setting.query().findOne({ name });
}

export async function aliased(tenantId: number) {
  return Order.query().alias('o').where('o.tenant_id', tenantId);
}

export async function rawFilter(tenantId: number) {
  return Order.query()
    .where('tenant_id', tenantId)
    .where(raw('total > ?', [5]));
}

export async function subquery(tenantId: number) {
  return Order.query()
    .where('tenant_id', tenantId)
    .whereExists(Item.query().where('order_items.order_id', ref('orders.id')).where('order_items.tenant_id', tenantId));
}

// ── relations ───────────────────────────────────────────────────────────────────────────────────────────────────

export async function fetched(tenantId: number) {
  return Order.query().where('tenant_id', tenantId).withGraphFetched('items');
}

export async function fetchedParent(tenantId: number) {
  return Order.query().where('orders.tenant_id', tenantId).withGraphFetched('user');
}

export async function joined(tenantId: number) {
  return Order.query().where('orders.tenant_id', tenantId).withGraphJoined('items');
}

export async function joinRelated(tenantId: number) {
  return Order.query().joinRelated('items').where('orders.tenant_id', tenantId);
}

export async function joinedByHand(tenantId: number) {
  return Order.query()
    .join('order_items', (join) =>
      join.on('order_items.order_id', 'orders.id').andOn('order_items.tenant_id', 'orders.tenant_id'),
    )
    .where('orders.tenant_id', tenantId);
}

export async function relatedQuery(tenantId: number) {
  return Order.relatedQuery('items').for(Order.query().where('tenant_id', tenantId));
}

export async function ofRow(tenantId: number, id: number) {
  const order = await Order.query().findById(id).where('tenant_id', tenantId).throwIfNotFound();
  return order.$relatedQuery('items');
}

// ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function insert(tenantId: number) {
  return Order.query().insert({ tenant_id: tenantId, status: 'open' });
}

export async function insertMany(tenantId: number, otherTenant: number) {
  return Order.query().insert([
    { tenant_id: tenantId, status: 'open' },
    { tenant_id: otherTenant, status: 'open' },
  ]);
}

export async function insertAndFetch(tenantId: number) {
  return Order.query().insertAndFetch({ tenant_id: tenantId });
}

export async function patch(tenantId: number, status: string) {
  return Order.query().patch({ status }).where('tenant_id', tenantId);
}

export async function patchById(id: number, status: string) {
  return Order.query().findById(id).patch({ status });
}

export async function patchAndFetchById(id: number, status: string) {
  return Order.query().patchAndFetchById(id, { status });
}

export async function update(tenantId: number, id: number) {
  return Order.query().update({ status: 'paid' }).where({ tenant_id: tenantId, id });
}

export async function increment(tenantId: number, id: number) {
  return Order.query().where({ tenant_id: tenantId, id }).increment('total', 1);
}

export async function keyUpdate(id: number, otherTenant: number) {
  return Order.query().findById(id).patch({ tenant_id: otherTenant });
}

export async function remove(tenantId: number, orderId: number) {
  return Item.query().delete().where({ tenant_id: tenantId, order_id: orderId });
}

export async function deleteById(itemId: number) {
  return Item.query().deleteById(itemId);
}

export async function rowPatched(tenantId: number, id: number) {
  const order = await Order.query().findOne({ id, tenant_id: tenantId }).throwIfNotFound();
  await order.$query().patch({ status: 'paid' });
}

export async function rowDeleted(tenantId: number, itemId: number) {
  const item = await Item.query().findOne({ id: itemId, tenant_id: tenantId }).throwIfNotFound();
  await item.$query().delete();
}

export async function merged(tenantId: number, number: string) {
  return Order.query()
    .insert({ tenant_id: tenantId, number, status: 'open' } as Partial<Order>)
    .onConflict(['tenant_id', 'number'])
    .merge();
}

// ── transactions and raw SQL ────────────────────────────────────────────────────────────────────────────────────

export async function inTransaction(tenantId: number, id: number) {
  await Order.transaction(async (trx) => {
    await Order.query(trx).patch({ status: 'paid' }).where({ tenant_id: tenantId, id });
    await Item.query(trx).insert({ tenant_id: tenantId, order_id: id, sku: 'x' });
  });
}

export async function inOldTransaction(tenantId: number) {
  await transaction(Order, async (Bound) => Bound.query().where('tenant_id', tenantId));
}

export async function rawSql(tenantId: number) {
  return db.raw('SELECT id FROM orders WHERE tenant_id = ?', [tenantId]);
}

export const runs = {
  conditional: [[7], [7, 'open']],
  skipUndefined: [[7], [7, 'open']],
};

export async function close() {
  await db.destroy();
}
