/** Sequelize with `replication`: who is asked by which call. */
import { DataTypes, Model, QueryTypes, Sequelize } from 'sequelize';

const portOf = (url: string | undefined) => Number(new URL(url ?? 'postgres://localhost:1').port);
const shared = { host: '127.0.0.1', username: 'postgres', password: 'postgres', database: 'postgres' };

const sequelize = new Sequelize({
  dialect: 'postgres',
  logging: false,
  define: { underscored: true, timestamps: false },
  pool: { max: 2, min: 0, idle: 1000 },
  replication: {
    write: { ...shared, port: `${portOf(process.env.DATABASE_URL)}` },
    read: [{ ...shared, port: `${portOf(process.env.REPLICA_URL)}` }],
  },
});

export const close = () => sequelize.close();

export class Order extends Model {
  declare id: number;
  declare total: number;
}
Order.init(
  { tenantId: DataTypes.INTEGER, status: DataTypes.TEXT, total: DataTypes.INTEGER },
  { sequelize, tableName: 'orders' },
);

export async function findAll(tenantId: number) {
  return Order.findAll({ where: { tenantId } });
}

export async function findByPk(id: number) {
  return Order.findByPk(id);
}

export async function findAndCountAll(tenantId: number) {
  return Order.findAndCountAll({ where: { tenantId }, limit: 1 });
}

export async function count(tenantId: number) {
  return Order.count({ where: { tenantId } });
}

export async function sum(tenantId: number) {
  return Order.sum('total', { where: { tenantId } });
}

export async function forced(tenantId: number) {
  return Order.findAll({ where: { tenantId }, useMaster: true } as never);
}

export async function create(tenantId: number) {
  await Order.create({ tenantId });
}

export async function update(tenantId: number, id: number) {
  await Order.update({ status: 'paid' }, { where: { tenantId, id } });
}

export async function destroy(tenantId: number) {
  await Order.destroy({ where: { tenantId, id: 13 } });
}

export async function savedAndReloaded(tenantId: number, id: number) {
  const order = await Order.findOne({ where: { tenantId, id }, rejectOnEmpty: true });
  order.total = 9;
  await order.save();
  await order.reload();
}

export async function inTransaction(tenantId: number) {
  await sequelize.transaction(async (transaction) => {
    await Order.findAll({ where: { tenantId }, transaction });
    await Order.update({ total: 1 }, { where: { tenantId }, transaction });
  });
}

export async function rawSelect(tenantId: number) {
  return sequelize.query('SELECT id FROM orders WHERE tenant_id = :tenantId', {
    replacements: { tenantId },
    type: QueryTypes.SELECT,
  });
}

export async function rawWithoutType(tenantId: number) {
  return sequelize.query('SELECT id FROM orders WHERE tenant_id = :tenantId', { replacements: { tenantId } });
}

export async function rawForced(tenantId: number) {
  return sequelize.query('SELECT id FROM orders WHERE tenant_id = :tenantId', {
    replacements: { tenantId },
    type: QueryTypes.SELECT,
    useMaster: true,
  });
}
