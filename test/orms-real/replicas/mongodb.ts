/** The MongoDB driver with read preferences: who is asked by which call. */
import { MongoClient, ReadPreference } from 'mongodb';

interface Order {
  _id: number;
  tenantId: number;
  status: string;
}

const client = new MongoClient(process.env.MONGO_URL ?? '');
const db = client.db();
const orders = db.collection<Order>('orders');
const reporting = db.collection<Order>('orders', { readPreference: 'secondary' });

export const open = () => client.connect();
export const close = () => client.close();

export async function find(tenantId: number) {
  return orders.find({ tenantId }).toArray();
}

export async function findSecondary(tenantId: number) {
  return orders.find({ tenantId }, { readPreference: 'secondary' }).toArray();
}

export async function findPreferred(tenantId: number) {
  return orders.find({ tenantId }, { readPreference: 'secondaryPreferred' }).toArray();
}

export async function findPrimaryPreferred(tenantId: number) {
  return orders.find({ tenantId }, { readPreference: 'primaryPreferred' }).toArray();
}

export async function findOne(tenantId: number, id: number) {
  return orders.findOne({ tenantId, _id: id }, { readPreference: ReadPreference.SECONDARY });
}

export async function withReadPreference(tenantId: number) {
  return orders.find({ tenantId }).withReadPreference('secondary').toArray();
}

export async function count(tenantId: number) {
  return orders.countDocuments({ tenantId }, { readPreference: 'secondary' });
}

export async function distinct(tenantId: number) {
  return orders.distinct('status', { tenantId }, { readPreference: 'secondary' });
}

export async function aggregate(tenantId: number) {
  return orders
    .aggregate([{ $match: { tenantId } }, { $group: { _id: '$status', n: { $sum: 1 } } }], {
      readPreference: 'secondary',
    })
    .toArray();
}

export async function ofCollection(tenantId: number) {
  return reporting.find({ tenantId }).toArray();
}

export async function ofCollectionForced(tenantId: number) {
  return reporting.find({ tenantId }, { readPreference: 'primary' }).toArray();
}

export async function insert(tenantId: number, id: number) {
  await orders.insertOne({ _id: id, tenantId, status: 'open' });
}

export async function update(tenantId: number, status: string) {
  await reporting.updateMany({ tenantId }, { $set: { status } });
}

export async function remove(tenantId: number, id: number) {
  await orders.deleteOne({ tenantId, _id: id });
}

export async function findAndUpdate(tenantId: number, id: number) {
  return reporting.findOneAndUpdate({ tenantId, _id: id }, { $set: { status: 'paid' } });
}

export async function inTransaction(tenantId: number) {
  await client.withSession((session) =>
    session.withTransaction(async () => {
      await orders.find({ tenantId }, { session }).toArray();
      await orders.updateOne({ tenantId }, { $set: { status: 'paid' } }, { session });
    }),
  );
}
