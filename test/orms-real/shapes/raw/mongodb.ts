/** MongoDB driver: each way around its finders. */
import { db } from '../mongodb';

export { close } from '../mongodb';

/** `db.command({ find })` */
export async function commandFind(tenantId: number) {
  return db.command({ find: 'orders', filter: { tenantId } });
}

/** `db.command({ count })` */
export async function commandCount(tenantId: number) {
  return db.command({ count: 'orders', query: { tenantId } });
}

/** `db.command({ aggregate })` */
export async function commandAggregate(tenantId: number) {
  return db.command({
    aggregate: 'orders',
    pipeline: [{ $match: { tenantId } }, { $group: { _id: '$status', total: { $sum: '$total' } } }],
    cursor: {},
  });
}

/** `db.command({ update })` */
export async function commandUpdate(tenantId: number) {
  return db.command({ update: 'orders', updates: [{ q: { tenantId }, u: { $set: { status: 'paid' } }, multi: true }] });
}

/** `db.command({ delete })` */
export async function commandDelete(tenantId: number) {
  return db.command({ delete: 'items', deletes: [{ q: { tenantId }, limit: 0 }] });
}

/** `db.command({ findAndModify })` */
export async function commandFindAndModify(tenantId: number) {
  return db.command({ findAndModify: 'orders', query: { tenantId }, update: { $set: { status: 'paid' } } });
}

/** `aggregate([…])` */
export async function aggregate(tenantId: number) {
  return db
    .collection('orders')
    .aggregate([{ $match: { tenantId } }, { $group: { _id: '$status', total: { $sum: '$total' } } }])
    .toArray();
}

/** `$expr` */
export async function expr(tenantId: number) {
  return db
    .collection('orders')
    .find({ tenantId, $expr: { $gt: ['$total', 5] } })
    .toArray();
}

/** `$expr` on the key */
export async function exprOnKey(tenantId: number) {
  return db
    .collection('orders')
    .find({ $expr: { $eq: ['$tenantId', tenantId] } })
    .toArray();
}

/** `$where` */
export async function where(tenantId: number) {
  return db.collection('orders').find({ tenantId, $where: 'this.total > 5' }).toArray();
}

/** `bulkWrite` */
export async function bulkWrite(tenantId: number) {
  await db
    .collection('orders')
    .bulkWrite([{ updateMany: { filter: { tenantId }, update: { $set: { status: 'paid' } } } }]);
}
