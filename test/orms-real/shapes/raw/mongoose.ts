/** Mongoose: each way around its finders. */
import mongoose from 'mongoose';
import { Order } from '../mongoose';

export { close, open } from '../mongoose';

/** `$expr` */
export async function expr(tenantId: number) {
  return Order.find({ tenantId, $expr: { $gt: ['$total', 5] } });
}

/** `$expr` on the key */
export async function exprOnKey(tenantId: number) {
  return Order.find({ $expr: { $eq: ['$tenantId', tenantId] } });
}

/** `$where` */
export async function where(tenantId: number) {
  return Order.find({ tenantId }).$where('this.total > 5');
}

/** `Model.collection.find` */
export async function collectionFind(tenantId: number) {
  return Order.collection.find({ tenantId }).toArray();
}

/** `Model.collection.updateMany` */
export async function collectionUpdate(tenantId: number) {
  await Order.collection.updateMany({ tenantId }, { $set: { status: 'paid' } });
}

/** `Model.collection.aggregate` */
export async function collectionAggregate(tenantId: number) {
  return Order.collection.aggregate([{ $match: { tenantId } }]).toArray();
}

/** `connection.collection(name)` */
export async function ofConnection(tenantId: number) {
  return mongoose.connection.collection('orders').findOne({ tenantId });
}

/** `connection.db.collection(name)` */
export async function ofDatabase(tenantId: number) {
  return mongoose.connection.db?.collection('orders').deleteOne({ tenantId });
}

/** `connection.db.command` */
export async function command(tenantId: number) {
  return mongoose.connection.db?.command({ find: 'orders', filter: { tenantId } });
}

/** `Model.bulkWrite` */
export async function bulkWrite(tenantId: number) {
  await Order.bulkWrite([{ updateMany: { filter: { tenantId }, update: { $set: { status: 'paid' } } } }]);
}

/** `aggregate([…])` */
export async function aggregate(tenantId: number) {
  return Order.aggregate([{ $match: { tenantId } }, { $group: { _id: '$status', n: { $sum: 1 } } }]);
}
