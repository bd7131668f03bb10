/** MikroORM with a read replica: who is asked by which call. */
import { Entity, PrimaryKey, Property } from '@mikro-orm/core';
import { MikroORM } from '@mikro-orm/postgresql';

@Entity({ tableName: 'orders' })
export class Order {
  @PrimaryKey({ type: 'number' }) id!: number;
  @Property({ type: 'number', fieldName: 'tenant_id' }) tenantId!: number;
  @Property({ type: 'string', default: 'open' }) status = 'open';
  @Property({ type: 'number', default: 0 }) total = 0;
}

const orm = await MikroORM.init({
  clientUrl: process.env.DATABASE_URL,
  replicas: [{ clientUrl: process.env.REPLICA_URL }],
  entities: [Order],
  preferReadReplicas: true,
});
const em = orm.em.fork();

export async function find(tenantId: number) {
  return em.fork().find(Order, { tenantId });
}

export async function findOne(tenantId: number, id: number) {
  return em.fork().findOne(Order, { id, tenantId });
}

export async function findAndCount(tenantId: number) {
  return em.fork().findAndCount(Order, { tenantId });
}

export async function count(tenantId: number) {
  return em.fork().count(Order, { tenantId });
}

export async function forcedWrite(tenantId: number) {
  return em.fork().find(Order, { tenantId }, { connectionType: 'write' });
}

export async function forcedRead(tenantId: number) {
  return em.fork().find(Order, { tenantId }, { connectionType: 'read' });
}

export async function inTransaction(tenantId: number) {
  return em.fork().transactional((tx) => tx.find(Order, { tenantId }));
}

export async function insert(tenantId: number) {
  await em.fork().insert(Order, { tenantId, status: 'open', total: 1 });
}

export async function nativeUpdate(tenantId: number, status: string) {
  await em.fork().nativeUpdate(Order, { tenantId }, { status });
}

export async function nativeDelete(tenantId: number) {
  await em.fork().nativeDelete(Order, { tenantId, id: 13 });
}

export async function builder(tenantId: number) {
  return em.fork().createQueryBuilder(Order).select('*').where({ tenantId }).execute();
}

export async function builderUpdate(tenantId: number, status: string) {
  await em.fork().createQueryBuilder(Order).update({ status }).where({ tenantId }).execute();
}

export async function inRepository(tenantId: number) {
  return em.fork().getRepository(Order).find({ tenantId });
}

export async function close() {
  await orm.close();
}
