/** Bookshelf: each exported function is one shape, as applications write it. */
import bookshelfOver from 'bookshelf';
import knexOf from 'knex';

const knex = knexOf({ client: 'pg', connection: process.env.DATABASE_URL, pool: { min: 0, max: 2 } });
const bookshelf = bookshelfOver(knex);

// ── the models ──────────────────────────────────────────────────────────────────────────────────────────────────

const Plan = bookshelf.Model.extend({ tableName: 'plans', idAttribute: 'code' });
const Setting = bookshelf.Model.extend({ tableName: 'settings' });

const Tenant = bookshelf.Model.extend({
  tableName: 'tenants',
  plan() {
    return this.belongsTo(Plan, 'plan_code', 'code');
  },
  orders() {
    return this.hasMany(Order, 'tenant_id');
  },
});

const User = bookshelf.Model.extend({
  tableName: 'users',
  profile() {
    return this.hasOne(Profile, 'user_id');
  },
  orders() {
    return this.hasMany(Order, 'user_id');
  },
});

const Profile = bookshelf.Model.extend({ tableName: 'profiles' });

const Order = bookshelf.Model.extend({
  tableName: 'orders',
  user() {
    return this.belongsTo(User, 'user_id');
  },
  tenant() {
    return this.belongsTo(Tenant, 'tenant_id');
  },
  items() {
    return this.hasMany(Item, 'order_id');
  },
  tags() {
    return this.belongsToMany(Tag, 'order_tags', 'order_id', 'tag_id');
  },
});

class Item extends bookshelf.Model<Item> {
  get tableName() {
    return 'order_items';
  }
  order() {
    return this.belongsTo(Order, 'order_id');
  }
}

const Tag = bookshelf.Model.extend({ tableName: 'tags' });

export const close = () => knex.destroy();

/** Lists of arguments for shapes that decide at run time what they send. */
export const runs = {
  conditional: [[7, 'open'], [7]],
  queriedUnderIf: [[7, true], [7]],
};

/** Not in 0.15. */
export const only = { page: 'current' };

// ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function whereObject(tenantId: number) {
  return Order.where({ tenant_id: tenantId }).fetchAll();
}

export async function whereName(tenantId: number) {
  return Order.where('tenant_id', tenantId).fetchAll();
}

export async function whereOperator(tenantId: number) {
  return Order.where('tenant_id', '>=', tenantId).fetchAll();
}

export async function whereIn(tenantIds: number[]) {
  return Order.where('tenant_id', 'in', tenantIds).fetchAll();
}

export async function byOther(status: string) {
  return Order.where({ status }).fetchAll();
}

export async function byId(id: number) {
  return new Order({ id }).fetch();
}

export async function byForgedId(id: number) {
  return Order.forge({ id }).fetch({ require: false });
}

export async function byKeyAndId(tenantId: number, id: number) {
  return new Order({ id, tenant_id: tenantId }).fetch();
}

export async function byWhereAndId(tenantId: number, id: number) {
  return Order.where({ id, tenant_id: tenantId }).fetch({ columns: ['id', 'total'] });
}

export async function queried(tenantId: number, status: string) {
  return Order.query((qb) => {
    qb.where('tenant_id', tenantId).andWhere('status', status).orderBy('id').limit(5);
  }).fetchAll();
}

export async function queriedObject(tenantId: number) {
  return Order.query({ where: { tenant_id: tenantId }, orderBy: 'id' }).fetchAll();
}

export async function queriedName(tenantId: number) {
  return Order.query('where', 'tenant_id', '=', tenantId).fetchAll();
}

export async function queriedEither(tenantId: number, status: string) {
  return Order.query((qb) => {
    qb.where({ tenant_id: tenantId }).orWhere({ status });
  }).fetchAll();
}

export async function queriedGrouped(tenantId: number) {
  return Order.query((qb) => {
    qb.where('tenant_id', tenantId).andWhere(function () {
      this.where('status', 'open').orWhere('total', '>', 5);
    });
  }).fetchAll();
}

export async function queriedUnderIf(tenantId: number, limit?: boolean) {
  return Order.query((qb) => {
    qb.where('tenant_id', tenantId);
    if (limit) qb.where('status', 'open');
  }).fetchAll();
}

export async function conditional(tenantId: number, status?: string) {
  const orders = Order.forge();
  orders.where('tenant_id', tenantId);
  if (status) orders.where('status', status);
  return orders.fetchAll();
}

export async function joined(tenantId: number) {
  return Order.query((qb) => {
    qb.innerJoin('order_items', 'order_items.order_id', 'orders.id').where('orders.tenant_id', tenantId);
  }).fetchAll();
}

export async function inSubquery(tenantId: number) {
  return Order.query((qb) => {
    qb.where('tenant_id', tenantId).whereIn('id', knex('order_items').select('order_id').where('tenant_id', tenantId));
  }).fetchAll();
}

export async function ordered(tenantId: number) {
  return Order.where({ tenant_id: tenantId }).orderBy('-total').fetchAll();
}

export async function page(tenantId: number) {
  return Order.where({ tenant_id: tenantId }).orderBy('id').fetchPage({ pageSize: 2, page: 1 });
}

export async function counted(tenantId: number) {
  return Order.where({ tenant_id: tenantId }).count();
}

export async function countedAll() {
  return Order.count();
}

export async function countedColumn(status: string) {
  return Order.where({ status }).count('id');
}

export async function collection() {
  return Order.collection().fetch();
}

export async function collectionOne(tenantId: number) {
  return Order.collection()
    .query((qb) => qb.where({ tenant_id: tenantId }))
    .fetchOne();
}

export async function ofClass(tenantId: number) {
  return new Item().where({ tenant_id: tenantId }).fetchAll();
}

export async function reference(code: string) {
  return new Plan({ code }).fetch();
}

export async function unsharded(name: string) {
  return Setting.where({ name }).fetch({ require: false });
}

// ── relations ───────────────────────────────────────────────────────────────────────────────────────────────────

export async function withRelatedReference(tenantId: number) {
  return Tenant.where({ id: tenantId }).fetchAll({ withRelated: ['plan'] });
}

export async function withRelatedByKey(tenantId: number) {
  return new Tenant({ id: tenantId }).fetch({ withRelated: ['orders'] });
}

export async function withRelatedOffKey(tenantId: number) {
  return Order.where({ tenant_id: tenantId }).fetchAll({ withRelated: ['items'] });
}

export async function withRelatedParent(tenantId: number) {
  return Order.where({ tenant_id: tenantId }).fetchAll({ withRelated: ['user'] });
}

export async function related(tenantId: number) {
  const tenant = await new Tenant({ id: tenantId }).fetch();
  return tenant.related('orders').fetch();
}

export async function relatedOffKey(id: number) {
  const order = await new Order({ id }).fetch();
  return order.items().fetch();
}

export async function relatedFiltered(tenantId: number, id: number) {
  const order = await new Order({ id, tenant_id: tenantId }).fetch();
  return order
    .items()
    .query((qb) => qb.where('tenant_id', tenantId))
    .fetch();
}

export async function relatedThrough(id: number) {
  const order = await new Order({ id }).fetch();
  return order.tags().fetch();
}

export async function refreshed(id: number) {
  const order = await new Order({ id }).fetch();
  await order.refresh();
}

// ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function savedNew(tenantId: number) {
  return new Tag({ tenant_id: tenantId, name: 'new' }).save();
}

export async function savedForged(tenantId: number, userId: number) {
  return Order.forge({ tenant_id: tenantId, user_id: userId }).save(null, { method: 'insert' });
}

export async function savedById(id: number) {
  return new Order({ id }).save({ status: 'paid' }, { patch: true });
}

export async function savedWithKey(tenantId: number, id: number) {
  return Order.where({ tenant_id: tenantId, id }).save({ status: 'paid' }, { patch: true, method: 'update' });
}

export async function savedLoaded(tenantId: number, id: number) {
  const order = await Order.where({ tenant_id: tenantId, id }).fetch();
  await order.save({ total: 9 }, { patch: true });
}

export async function savedName(id: number) {
  return new Order({ id }).save('status', 'paid', { patch: true });
}

export async function keyUpdate(otherTenant: number) {
  return new Tag({ id: 1 }).save({ tenant_id: otherTenant }, { patch: true });
}

export async function destroyedById(itemId: number) {
  return new Item({ id: itemId }).destroy();
}

export async function destroyedWithKey(tenantId: number, orderId: number) {
  return Item.where({ tenant_id: tenantId, order_id: orderId }).destroy();
}

export async function destroyedLoaded(tenantId: number, itemId: number) {
  const item = await new Item({ id: itemId, tenant_id: tenantId }).fetch();
  await item.destroy();
}

export async function attached(tagId: number) {
  const order = await new Order({ id: 13 }).fetch();
  await order.tags().attach(tagId);
}

export async function detached(id: number, tagId: number) {
  const order = await new Order({ id }).fetch();
  await order.tags().detach(tagId);
}

// ── transactions and the builder below ──────────────────────────────────────────────────────────────────────────

export async function inTransaction(tenantId: number, orderId: number) {
  await bookshelf.transaction(async (transacting) => {
    await new Tag({ tenant_id: tenantId, name: 'x' }).save(null, { transacting });
    await Item.where({ tenant_id: tenantId, order_id: orderId }).destroy({ transacting });
  });
}

export async function lockedInTransaction(tenantId: number, id: number) {
  await bookshelf.transaction(async (transacting) => {
    await Order.where({ tenant_id: tenantId, id }).fetch({ transacting, lock: 'forUpdate' });
  });
}

export async function builderBelow(tenantId: number) {
  return bookshelf.knex('orders').where({ tenant_id: tenantId });
}

export async function rawBelow(tenantId: number) {
  return bookshelf.knex.raw('select id from orders where tenant_id = ?', [tenantId]);
}
