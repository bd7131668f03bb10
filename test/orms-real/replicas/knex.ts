/** Knex with a client for each server: who is asked by which. */
import knex from 'knex';

const db = knex({ client: 'pg', connection: process.env.DATABASE_URL, pool: { min: 0, max: 2 } });
const replica = knex({ client: 'pg', connection: process.env.REPLICA_URL, pool: { min: 0, max: 2 } });

export async function close() {
  await db.destroy();
  await replica.destroy();
}

const clients = { read: replica, write: db };

const forReading = () => replica;

export async function select(tenantId: number) {
  return db('orders').where({ tenant_id: tenantId });
}

export async function replicaSelect(tenantId: number) {
  return replica('orders').where({ tenant_id: tenantId });
}

export async function replicaFirst(tenantId: number, id: number) {
  return replica('orders').where({ tenant_id: tenantId, id }).first();
}

export async function replicaCount(tenantId: number) {
  return replica('orders').where({ tenant_id: tenantId }).count();
}

export async function replicaJoined(tenantId: number) {
  return replica
    .select('orders.id')
    .from('orders')
    .join('users', function () {
      this.on('users.id', 'orders.user_id').andOn('users.tenant_id', 'orders.tenant_id');
    })
    .where('orders.tenant_id', tenantId);
}

export async function replicaRaw(tenantId: number) {
  return replica.raw('select id from orders where tenant_id = ?', [tenantId]);
}

export async function ofObject(tenantId: number) {
  return clients.read('orders').where({ tenant_id: tenantId });
}

export async function ofFunction(tenantId: number) {
  return forReading()('orders').where({ tenant_id: tenantId });
}

export async function insert(tenantId: number) {
  await db('orders').insert({ tenant_id: tenantId });
}

export async function writtenByObject(tenantId: number) {
  await clients.write('orders').where({ tenant_id: tenantId }).update({ total: 1 });
}

export async function remove(tenantId: number) {
  await db('orders').where({ tenant_id: tenantId, id: 13 }).del();
}

export async function raw(tenantId: number) {
  return db.raw('select id from orders where tenant_id = ?', [tenantId]);
}

export async function inTransaction(tenantId: number) {
  await db.transaction(async (trx) => {
    await trx('orders').where({ tenant_id: tenantId });
    await trx('orders').where({ tenant_id: tenantId }).update({ total: 2 });
  });
}

export async function replicaTransaction(tenantId: number) {
  await replica.transaction(async (trx) => {
    await trx('orders').where({ tenant_id: tenantId });
  });
}
