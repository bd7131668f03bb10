/** Sequelize: each way to send SQL text, or to put some into a finder. */
import { col, fn, literal, Op, QueryTypes, where } from 'sequelize';
import { Order, sequelize } from '../sequelize';

export { close } from '../sequelize';

/** `query` with `replacements` by name */
export async function replacementsByName(tenantId: number) {
  return sequelize.query('SELECT id FROM orders WHERE tenant_id = :tenantId', { replacements: { tenantId } });
}

/** `query` with `replacements` in order */
export async function replacementsInOrder(tenantId: number) {
  return sequelize.query('SELECT id FROM orders WHERE tenant_id = ?', {
    replacements: [tenantId],
    type: QueryTypes.SELECT,
  });
}

/** `query` with `bind` by number */
export async function bindByNumber(tenantId: number) {
  return sequelize.query('SELECT id FROM orders WHERE tenant_id = $1', { bind: [tenantId], type: QueryTypes.SELECT });
}

/** `query` with `bind` by name */
export async function bindByName(tenantId: number) {
  return sequelize.query('SELECT id FROM orders WHERE tenant_id = $tenantId', {
    bind: { tenantId },
    type: QueryTypes.SELECT,
  });
}

/** `query({ query, values })` */
export async function queryObject(tenantId: number) {
  return sequelize.query({ query: 'SELECT id FROM orders WHERE tenant_id = ?', values: [tenantId] });
}

/** `query` with `model` */
export async function queryOfModel(tenantId: number) {
  return sequelize.query('SELECT * FROM orders WHERE tenant_id = :tenantId', {
    replacements: { tenantId },
    model: Order,
    mapToModel: true,
  });
}

/** `QueryTypes.UPDATE` */
export async function queryUpdate(tenantId: number) {
  return sequelize.query('UPDATE orders SET total = 0 WHERE tenant_id = :tenantId', {
    replacements: { tenantId },
    type: QueryTypes.UPDATE,
  });
}

/** `query` with `transaction` */
export async function inTransaction(tenantId: number) {
  await sequelize.transaction(async (transaction) => {
    await sequelize.query('UPDATE orders SET total = 0 WHERE tenant_id = :tenantId', {
      replacements: { tenantId },
      transaction,
    });
  });
}

/** `literal` in a list of conditions */
export async function literalCondition(tenantId: number) {
  return Order.findAll({ where: { [Op.and]: [{ tenantId }, literal('total > 0')] } });
}

/** `literal` as a value */
export async function literalValue(tenantId: number) {
  return Order.findAll({ where: { tenantId, total: { [Op.gt]: literal('0') } } });
}

/** `literal` with a subquery */
export async function literalSubquery(tenantId: number) {
  return Order.findAll({
    where: { tenantId, id: { [Op.in]: literal(`(SELECT order_id FROM order_items WHERE tenant_id = ${tenantId})`) } },
  });
}

/** `fn`, `col` in attributes */
export async function selected(tenantId: number) {
  return Order.findAll({
    attributes: ['status', [fn('COUNT', col('id')), 'n']],
    where: { tenantId },
    group: ['status'],
  });
}

/** `where(fn(…), value)` */
export async function whereFunction(tenantId: number) {
  return Order.findAll({ where: { [Op.and]: [{ tenantId }, where(fn('lower', col('status')), 'open')] } });
}

/** `where(col(…), value)` */
export async function whereColumn(tenantId: number) {
  return Order.findAll({ where: where(col('tenant_id'), tenantId) as never });
}

/** `update({ column: literal(…) })` */
export async function setLiteral(tenantId: number) {
  await Order.update({ total: literal('total + 1') }, { where: { tenantId } });
}
