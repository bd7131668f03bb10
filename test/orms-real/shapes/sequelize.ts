/** Sequelize: each exported function is one shape, as applications write it. */
import { col, DataTypes, fn, literal, Model, Op, QueryTypes, Sequelize, type Transaction } from 'sequelize';

export const sequelize = new Sequelize(process.env.DATABASE_URL ?? '', {
  logging: false,
  define: { underscored: true, timestamps: false },
  pool: { max: 2, min: 0, idle: 1000 },
});

export const close = () => sequelize.close();

// ── the schema ──────────────────────────────────────────────────────────────────────────────────────────────────

export class Plan extends Model {
  declare code: string;
}
Plan.init(
  { code: { type: DataTypes.TEXT, primaryKey: true }, title: DataTypes.TEXT },
  { sequelize, tableName: 'plans' },
);

const Setting = sequelize.define('setting', { name: DataTypes.TEXT, value: DataTypes.TEXT });

export class Tenant extends Model {
  declare id: number;
}
Tenant.init({ name: DataTypes.TEXT, planCode: DataTypes.TEXT }, { sequelize, modelName: 'tenant' });

export class User extends Model {
  declare id: number;
  declare name: string;
  declare getOrders: (options?: object) => Promise<Order[]>;
  declare countOrders: () => Promise<number>;
  declare createOrder: (values: object) => Promise<Order>;
}
User.init(
  { tenantId: DataTypes.INTEGER, email: DataTypes.TEXT, name: DataTypes.TEXT },
  { sequelize, tableName: 'users', timestamps: true, createdAt: false, updatedAt: false, paranoid: true },
);

export class Profile extends Model {}
Profile.init(
  { tenantId: DataTypes.INTEGER, userId: DataTypes.INTEGER, bio: DataTypes.TEXT },
  { sequelize, tableName: 'profiles' },
);

export class Order extends Model {
  declare id: number;
  declare tenantId: number;
  declare status: string;
  declare total: number;
  declare getItems: () => Promise<OrderItem[]>;
  declare setTags: (tags: Tag[]) => Promise<void>;
  declare addTag: (tag: Tag | number) => Promise<void>;
}
Order.init(
  {
    tenantId: DataTypes.INTEGER,
    userId: DataTypes.INTEGER,
    number: DataTypes.TEXT,
    status: { type: DataTypes.TEXT, defaultValue: 'open' },
    total: { type: DataTypes.INTEGER, defaultValue: 0 },
    placed: { type: DataTypes.DATE, field: 'created_at', defaultValue: literal('now()') },
  },
  {
    sequelize,
    modelName: 'order',
    scopes: {
      open: { where: { status: 'open' } },
      ofTenant: (tenantId: number) => ({ where: { tenantId } }),
      withItems: { include: [{ association: 'items' }] },
    },
  },
);

export class OrderItem extends Model {
  declare quantity: number;
}
OrderItem.init(
  { tenantId: DataTypes.INTEGER, orderId: DataTypes.INTEGER, sku: DataTypes.TEXT, quantity: DataTypes.INTEGER },
  { sequelize, tableName: 'order_items' },
);

/** Finders see named tags only. */
export class Tag extends Model {
  declare id: number;
}
Tag.init(
  { tenantId: DataTypes.INTEGER, name: DataTypes.TEXT },
  { sequelize, tableName: 'tags', defaultScope: { where: { name: { [Op.ne]: '' } } } },
);

Tenant.belongsTo(Plan, { foreignKey: 'planCode', as: 'plan' });
Tenant.hasMany(Order, { foreignKey: 'tenantId', as: 'orders' });
User.hasOne(Profile, { foreignKey: 'userId', as: 'profile' });
User.hasMany(Order, { foreignKey: 'userId' });
Order.belongsTo(User, { foreignKey: 'userId', as: 'user' });
Order.belongsTo(Tenant, { foreignKey: 'tenantId', as: 'tenant' });
Order.hasMany(OrderItem, { foreignKey: 'orderId', as: 'items' });
Order.belongsToMany(Tag, {
  through: 'order_tags',
  foreignKey: 'orderId',
  otherKey: 'tagId',
  as: 'tags',
  timestamps: false,
});

/** Lists of arguments for shapes that decide at run time what they send. */
export const runs = {
  conditionalKey: [[7], [undefined]],
  whereUnderIf: [
    [7, 'open'],
    [7, undefined],
  ],
  spreadCondition: [
    [7, true],
    [7, false],
  ],
};

/** Conflicting columns by name came with 6.32. */
export const only = { bulkUpserted: 'current' };

// ── finders ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function findOneByKeyAndId(tenantId: number, id: number) {
  return Order.findOne({ where: { tenantId, id } });
}

export async function findByPk(id: number) {
  return Order.findByPk(id);
}

export async function findByOtherColumn(status: string) {
  return Order.findAll({ where: { status }, attributes: ['id', 'total'] });
}

export async function findWithOperators(tenantId: number, text: string, since: Date) {
  return Order.findAll({
    where: {
      tenantId,
      number: { [Op.iLike]: `%${text}%` },
      placed: { [Op.gte]: since },
      total: { [Op.between]: [0, 90] },
    },
    order: [['placed', 'DESC']],
    limit: 20,
  });
}

export async function findKeyInList(tenantIds: number[]) {
  return Order.findAll({ where: { tenantId: tenantIds } });
}

export async function findKeyIn(tenantIds: number[]) {
  return Order.findAll({ where: { tenantId: { [Op.in]: tenantIds } } });
}

export async function findKeyNot(tenantId: number) {
  return Order.findAll({ where: { tenantId: { [Op.ne]: tenantId } } });
}

export async function findOr(tenantId: number, otherTenant: number) {
  return Order.findAll({ where: { [Op.or]: [{ tenantId }, { tenantId: otherTenant }] } });
}

export async function findOrOther(tenantId: number, status: string) {
  return Order.findAll({ where: { [Op.or]: { tenantId, status } } });
}

export async function findAnd(tenantId: number, status: string) {
  return Order.findAll({ where: { [Op.and]: [{ tenantId }, { status }] } });
}

export async function findLiteral(tenantId: number) {
  return Order.findAll({ where: { tenantId, [Op.and]: literal('total > 0') } });
}

export async function findKeyNull() {
  return Order.findAll({ where: { tenantId: null } });
}

export async function findFunction(tenantId: number) {
  return User.findAll({ where: { tenantId, email: sequelize.where(fn('lower', col('email')), 'ada@example.com') } });
}

export async function pageAndCount(tenantId: number, limit: number, offset: number) {
  const { rows, count } = await Order.findAndCountAll({ where: { tenantId }, limit, offset, order: [['id', 'DESC']] });
  return { rows, count };
}

export async function pageAndCountWithInclude(tenantId: number, limit: number) {
  return Order.findAndCountAll({ where: { tenantId }, include: [{ association: 'items' }], limit, distinct: true });
}

export async function counted(tenantId: number) {
  return Order.count({ where: { tenantId } });
}

export async function summed(tenantId: number) {
  return Order.sum('total', { where: { tenantId } });
}

export async function maxWithoutKey() {
  return Order.max('total');
}

export async function grouped(tenantId: number) {
  return Order.findAll({
    where: { tenantId },
    attributes: ['status', [fn('SUM', col('total')), 'sum']],
    group: ['status'],
  });
}

export async function paranoidFind(tenantId: number) {
  return User.findAll({ where: { tenantId } });
}

export async function paranoidOff(userId: number) {
  return User.findByPk(userId, { paranoid: false });
}

export async function defaultScope(tenantId: number) {
  return Tag.findAll({ where: { tenantId } });
}

export async function unscoped(tenantId: number) {
  return Tag.unscoped().findAll({ where: { tenantId } });
}

export async function namedScope(tenantId: number) {
  return Order.scope('open').findAll({ where: { tenantId } });
}

export async function scopeWithKey(tenantId: number) {
  return Order.scope({ method: ['ofTenant', tenantId] }).findAll();
}

export async function scopeWithInclude(tenantId: number) {
  return Order.scope(['open', 'withItems']).findAll({ where: { tenantId } });
}

export async function reference(code: string) {
  return Plan.findByPk(code);
}

export async function unsharded(name: string) {
  return Setting.findOne({ where: { name } });
}

// ── includes ────────────────────────────────────────────────────────────────────────────────────────────────────

export async function includeOffKey(tenantId: number) {
  return Order.findAll({ where: { tenantId }, include: [{ model: OrderItem, as: 'items' }] });
}

export async function includeFilteredByKey(tenantId: number) {
  return Order.findAll({ where: { tenantId }, include: [{ model: OrderItem, as: 'items', where: { tenantId } }] });
}

export async function includeByKey(tenantId: number) {
  return Tenant.findByPk(tenantId, { include: ['orders'] });
}

export async function includeReference(tenantId: number) {
  return Tenant.findOne({ where: { id: tenantId }, include: { association: 'plan', required: true } });
}

export async function includeNested(tenantId: number) {
  return Order.findAll({
    where: { tenantId },
    include: [{ model: User, as: 'user', include: [{ model: Profile, as: 'profile' }] }],
  });
}

export async function includeManyToMany(tenantId: number) {
  return Order.findAll({ where: { tenantId }, include: [{ model: Tag, as: 'tags' }] });
}

export async function includeSeparate(tenantId: number) {
  return Order.findAll({ where: { tenantId }, include: [{ model: OrderItem, as: 'items', separate: true }] });
}

export async function includeSeparateWithKey(tenantId: number) {
  return Order.findAll({
    where: { tenantId },
    include: [{ model: OrderItem, as: 'items', separate: true, where: { tenantId } }],
  });
}

export async function includeLimited(tenantId: number) {
  return Order.findAll({ where: { tenantId }, include: [{ model: OrderItem, as: 'items' }], limit: 5 });
}

export async function includedColumn(tenantId: number) {
  return Order.findAll({ where: { tenantId, '$user.name$': 'Ada' }, include: [{ model: User, as: 'user' }] });
}

// ── statements in parts ─────────────────────────────────────────────────────────────────────────────────────────

export async function conditionalKey(tenantId?: number) {
  const where: Record<string, unknown> = { status: 'open' };
  if (tenantId !== undefined) where.tenantId = tenantId;
  return Order.findAll({ where });
}

export async function whereUnderIf(tenantId: number, status?: string) {
  let where: Record<string, unknown> = { tenantId };
  if (status) where = { ...where, status };
  return Order.findAll({ where });
}

export async function spreadCondition(tenantId: number, open: boolean) {
  return Order.findAll({ where: { tenantId, ...(open ? { status: 'open' } : {}) } });
}

export async function pushedAnd(tenantId: number, status: string) {
  const and: object[] = [{ tenantId }];
  and.push({ status });
  return Order.findAll({ where: { [Op.and]: and } });
}

// ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function created(tenantId: number, userId: number) {
  return Order.create({ tenantId, userId, total: 1 });
}

export async function createdWithItems(tenantId: number) {
  return Order.create(
    { tenantId, items: [{ tenantId, sku: 'x', quantity: 1 }] },
    { include: [{ association: 'items' }] },
  );
}

export async function builtAndSaved(tenantId: number) {
  const tag = Tag.build({ tenantId, name: 'built' });
  await tag.save();
}

export async function bulkCreated(tenantId: number, ids: number[]) {
  await Tag.bulkCreate(ids.map((id) => ({ tenantId, name: `tag ${id}` })));
}

export async function bulkCreatedSeveralTenants(tenantId: number, otherTenant: number) {
  await Tag.bulkCreate([
    { tenantId, name: 'x' },
    { tenantId: otherTenant, name: 'x' },
  ]);
}

export async function bulkUpserted(tenantId: number, email: string) {
  await User.bulkCreate([{ tenantId, email, name: 'x' }], {
    updateOnDuplicate: ['name'],
    conflictAttributes: ['tenantId', 'email'] as never,
  });
}

export async function upserted(tenantId: number, email: string) {
  await User.upsert({ tenantId, email, name: 'x' }, { conflictFields: ['tenant_id', 'email'] as never });
}

export async function findOrCreatedWithoutTransaction(tenantId: number) {
  return User.findCreateFind({ where: { tenantId, email: 'new@example.com' }, defaults: { name: 'x' } });
}

export async function findOrCreatedNew(tenantId: number) {
  return User.findOrCreate({ where: { tenantId, email: 'new@example.com' }, defaults: { name: 'x' } });
}

export async function updatedByKey(tenantId: number, id: number) {
  await Order.update({ status: 'paid' }, { where: { tenantId, id } });
}

export async function updatedByIdOnly(id: number) {
  await Order.update({ status: 'paid' }, { where: { id }, returning: true });
}

export async function keyChanged(tagId: number, otherTenant: number) {
  await Tag.update({ tenantId: otherTenant }, { where: { id: tagId } });
}

export async function incremented(tenantId: number, id: number) {
  await Order.increment('total', { by: 5, where: { tenantId, id } });
}

export async function destroyed(tenantId: number, orderId: number) {
  await OrderItem.destroy({ where: { tenantId, orderId } });
}

export async function destroyedByIds(ids: number[]) {
  await OrderItem.destroy({ where: { orderId: { [Op.in]: ids } } });
}

export async function softDestroyed(tenantId: number, userId: number) {
  await User.destroy({ where: { tenantId, id: userId } });
}

export async function restored(tenantId: number, userId: number) {
  await User.restore({ where: { tenantId, id: userId } });
}

// ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function rowSaved(tenantId: number, id: number) {
  const order = await Order.findOne({ where: { tenantId, id } });
  if (!order) return;
  order.total = 9;
  await order.save();
}

export async function rowUpdated(tenantId: number, id: number) {
  const order = await Order.findOne({ where: { tenantId, id }, rejectOnEmpty: true });
  await order.update({ status: 'paid' });
}

export async function rowDestroyed(tenantId: number, itemId: number) {
  const item = await OrderItem.findOne({ where: { tenantId, id: itemId } });
  await item?.destroy();
}

export async function rowIncremented(tenantId: number, id: number) {
  const order = await Order.findOne({ where: { tenantId, id } });
  await order?.increment('total');
}

export async function rowReloaded(id: number) {
  const order = await Order.findByPk(id);
  await order?.reload();
}

export async function rowAccessor(tenantId: number, id: number) {
  const order = await Order.findOne({ where: { tenantId, id }, rejectOnEmpty: true });
  return order.getItems();
}

export async function rowAccessorFiltered(userId: number, status: string) {
  const user = await User.findByPk(userId, { rejectOnEmpty: true });
  return user.getOrders({ where: { status } });
}

export async function rowAccessorCreate(userId: number, tenantId: number) {
  const user = await User.findByPk(userId, { rejectOnEmpty: true });
  return user.createOrder({ tenantId });
}

// ── transactions and raw SQL ────────────────────────────────────────────────────────────────────────────────────

export async function inTransaction(tenantId: number, userId: number) {
  await sequelize.transaction(async (transaction) => {
    const order = await Order.create({ tenantId, userId }, { transaction });
    await OrderItem.create({ tenantId, orderId: order.id, sku: 'z', quantity: 1 }, { transaction });
    await User.update({ name: 'Buyer' }, { where: { tenantId, id: userId }, transaction });
  });
}

export async function unmanagedTransaction(tenantId: number, id: number) {
  const transaction: Transaction = await sequelize.transaction();
  try {
    const order = await Order.findOne({ where: { tenantId, id }, lock: transaction.LOCK.UPDATE, transaction });
    await order?.update({ total: 3 }, { transaction });
    await transaction.commit();
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
}

export async function rawReplacements(tenantId: number) {
  return sequelize.query('SELECT id, total FROM orders WHERE tenant_id = :tenantId', {
    replacements: { tenantId },
    type: QueryTypes.SELECT,
  });
}

export async function rawBind(tenantId: number, id: number) {
  await sequelize.query('UPDATE orders SET total = total + 1 WHERE tenant_id = $1 AND id = $2', {
    bind: [tenantId, id],
  });
}
