/** TypeORM with `replication`: who is asked by which call. */
import 'reflect-metadata';
import { Column, DataSource, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('orders')
export class Order {
  @PrimaryGeneratedColumn() id: number;
  @Column('int', { name: 'tenant_id' }) tenantId: number;
  @Column('text', { default: 'open' }) status: string;
  @Column('int', { default: 0 }) total: number;
}

const source = new DataSource({
  type: 'postgres',
  replication: { master: { url: process.env.DATABASE_URL }, slaves: [{ url: process.env.REPLICA_URL }] },
  entities: [Order],
});

export const open = () => source.initialize();
export const close = () => source.destroy();

const orders = source.getRepository(Order);

export async function find(tenantId: number) {
  return orders.find({ where: { tenantId } });
}

export async function findOneBy(tenantId: number, id: number) {
  return orders.findOneBy({ tenantId, id });
}

export async function findAndCount(tenantId: number) {
  return orders.findAndCount({ where: { tenantId }, take: 1 });
}

export async function count(tenantId: number) {
  return orders.count({ where: { tenantId } });
}

export async function exists(tenantId: number) {
  return orders.exists({ where: { tenantId } });
}

export async function sum(tenantId: number) {
  return orders.sum('total', { tenantId });
}

export async function built(tenantId: number) {
  return orders.createQueryBuilder('o').where('o.tenantId = :tenantId', { tenantId }).getMany();
}

export async function managerFind(tenantId: number) {
  return source.manager.findBy(Order, { tenantId });
}

export async function save(tenantId: number) {
  await orders.save({ tenantId, status: 'open' });
}

export async function insert(tenantId: number) {
  await orders.insert({ tenantId });
}

export async function update(tenantId: number, id: number) {
  await orders.update({ tenantId, id }, { status: 'paid' });
}

export async function remove(tenantId: number) {
  await orders.delete({ tenantId, id: 13 });
}

export async function builtUpdate(tenantId: number) {
  await orders.createQueryBuilder().update().set({ total: 1 }).where({ tenantId }).execute();
}

export async function inTransaction(tenantId: number) {
  await source.transaction(async (manager) => {
    await manager.find(Order, { where: { tenantId } });
    await manager.update(Order, { tenantId }, { total: 2 });
  });
}

export async function primaryRunner(tenantId: number) {
  const runner = source.createQueryRunner('master');
  const rows = await runner.manager.find(Order, { where: { tenantId } });
  await runner.release();
  return rows;
}

export async function replicaRunner(tenantId: number) {
  const runner = source.createQueryRunner('slave');
  const rows = await runner.manager.find(Order, { where: { tenantId } });
  await runner.release();
  return rows;
}

export async function builtOnRunner(tenantId: number) {
  const runner = source.createQueryRunner('master');
  const rows = await orders
    .createQueryBuilder('o')
    .setQueryRunner(runner)
    .where('o.tenantId = :tenantId', { tenantId })
    .getMany();
  await runner.release();
  return rows;
}

export async function raw(tenantId: number) {
  return source.query('SELECT id FROM orders WHERE tenant_id = $1', [tenantId]);
}
