/** Sequelize on MySQL: what this dialect has beside and instead of the shapes of every dialect. */
import { Op, QueryTypes } from 'sequelize';
import { Order, OrderItem, sequelize, Tag, User } from '../sequelize';

export * from '../sequelize';

export async function findWithOperators(tenantId: number, text: string, since: Date) {
  return Order.findAll({
    where: { tenantId, number: { [Op.substring]: text }, placed: { [Op.gte]: since }, status: { [Op.regexp]: '^o' } },
    order: [['placed', 'DESC']],
    limit: 20,
  });
}

export async function bulkIgnored(tenantId: number, otherTenant: number) {
  await Tag.bulkCreate(
    [
      { tenantId, name: 'x' },
      { tenantId: otherTenant, name: 'x' },
    ],
    { ignoreDuplicates: true },
  );
}

export async function bulkUpserted(tenantId: number, email: string) {
  await User.bulkCreate([{ tenantId, email, name: 'x' }], { updateOnDuplicate: ['name'] });
}

export async function upserted(tenantId: number, email: string) {
  await User.upsert({ tenantId, email, name: 'x' });
}

export async function updatedLimited(tenantId: number, limit: number) {
  await Order.update({ status: 'paid' }, { where: { tenantId }, limit });
}

export async function destroyedLimited(tenantId: number, limit: number) {
  await OrderItem.destroy({ where: { tenantId }, limit });
}

export async function createdAndRead(tenantId: number, userId: number) {
  const { id } = await Order.create({ tenantId, userId });
  return Order.findOne({ where: { id, tenantId } });
}

export async function lockedShared(tenantId: number, id: number) {
  await sequelize.transaction(async (transaction) => {
    await Order.findOne({ where: { tenantId, id }, lock: transaction.LOCK.SHARE, transaction });
  });
}

export async function rawInsert(tenantId: number, email: string) {
  return sequelize.query('INSERT IGNORE INTO `users` (`tenant_id`, `email`) VALUES (:tenantId, :email)', {
    replacements: { tenantId, email },
    type: QueryTypes.INSERT,
  });
}

export async function rawUpsert(tenantId: number, email: string, name: string) {
  return sequelize.query(
    'INSERT INTO users (tenant_id, email, name) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name)',
    { replacements: [tenantId, email, name], type: QueryTypes.UPSERT },
  );
}

export async function rawUpdateJoined(tenantId: number) {
  return sequelize.query(
    'UPDATE orders o JOIN users u ON u.id = o.user_id SET o.total = 0 WHERE o.tenant_id = :tenantId AND u.tenant_id = :tenantId',
    { replacements: { tenantId }, type: QueryTypes.UPDATE },
  );
}
