/** The MongoDB driver: each exported function is one shape, as applications write it. */
import { type Collection, type Filter, MongoClient } from 'mongodb';

interface Order {
  _id: number;
  tenantId: number;
  status: string;
  total?: number;
  tags?: string[];
}

const client = new MongoClient(process.env.MONGO_URL ?? '');
export const db = client.db();
const orders = () => db.collection<Order>('orders');
const settings: Collection = db.collection('settings');

export const close = () => client.close();

/** Lists of arguments for shapes that decide at run time what they send. */
export const runs = {
  conditionalKey: [[7], [undefined]],
  whereUnderIf: [
    [7, 'open'],
    [undefined, 'open'],
  ],
  pipelineUnderIf: [
    [7, true],
    [7, false],
  ],
};

// ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function byKeyAndId(tenantId: number, id: number) {
  return orders().findOne({ tenantId, _id: id });
}

export async function byIdOnly(id: number) {
  return orders().findOne({ _id: id });
}

export async function byOtherField(status: string) {
  return orders().find({ status }).toArray();
}

export async function byListOfKeys(tenantIds: number[]) {
  return orders()
    .find({ tenantId: { $in: tenantIds } })
    .toArray();
}

export async function byListOfIds(tenantId: number, ids: number[]) {
  return orders()
    .find({ tenantId, _id: { $in: ids } })
    .sort({ total: -1 })
    .limit(5)
    .toArray();
}

export async function keyOrOther(tenantId: number, status: string) {
  return orders()
    .find({ $or: [{ tenantId }, { status }] })
    .toArray();
}

export async function keyOrKey(tenantId: number, otherTenant: number) {
  return orders()
    .find({ $or: [{ tenantId }, { tenantId: otherTenant }] })
    .toArray();
}

export async function keyInAnd(tenantId: number, status: string) {
  return orders()
    .find({ $and: [{ status }, { tenantId: { $eq: tenantId } }] })
    .toArray();
}

export async function rangeOfKey(tenantId: number) {
  return orders()
    .find({ tenantId: { $gte: tenantId, $lt: 9 } })
    .toArray();
}

export async function notTheKey(tenantId: number) {
  return orders()
    .find({ tenantId: { $ne: tenantId } })
    .toArray();
}

export async function keyByPattern() {
  return orders().find({ status: /^op/, tenantId: 7 }).toArray();
}

export async function iterated(tenantId: number) {
  const found: unknown[] = [];
  for await (const one of orders().find({ tenantId })) found.push(one);
  return found;
}

export async function cursorInVariable(tenantId: number) {
  const cursor = orders().find({ tenantId });
  cursor.sort({ _id: 1 });
  return cursor.next();
}

export async function conditionalKey(tenantId: number | undefined) {
  return orders()
    .find({ status: 'open', ...(tenantId ? { tenantId } : {}) })
    .toArray();
}

export async function whereUnderIf(tenantId: number | undefined, status: string) {
  const where: Filter<Order> = { status };
  if (tenantId) where.tenantId = tenantId;
  return orders().find(where).toArray();
}

export async function counted(tenantId: number) {
  return orders().countDocuments({ tenantId });
}

export async function countedAll() {
  return orders().estimatedDocumentCount();
}

export async function distinctValues(tenantId: number) {
  return orders().distinct('status', { tenantId });
}

export async function ofUnsharded() {
  return settings.find({}).toArray();
}

export async function ofReference() {
  return db.collection('countries').findOne({ code: 'NL' });
}

export async function fromReplica(tenantId: number) {
  return orders().find({ tenantId }, { readPreference: 'secondaryPreferred' }).toArray();
}

export async function byCommand(tenantId: number) {
  return db.command({ find: 'orders', filter: { tenantId } });
}

// ── pipelines ───────────────────────────────────────────────────────────────────────────────────────────────────

export async function grouped(tenantId: number) {
  return orders()
    .aggregate([{ $match: { tenantId } }, { $group: { _id: '$status', n: { $sum: 1 } } }])
    .toArray();
}

export async function groupedByKey() {
  return orders()
    .aggregate([{ $group: { _id: '$tenantId', n: { $sum: 1 } } }])
    .toArray();
}

export async function lookedUpOnKey(tenantId: number) {
  return orders()
    .aggregate([
      { $match: { tenantId } },
      { $lookup: { from: 'items', localField: 'tenantId', foreignField: 'tenantId', as: 'items' } },
    ])
    .toArray();
}

export async function lookedUpOffKey(tenantId: number) {
  return orders()
    .aggregate([
      { $match: { tenantId } },
      { $lookup: { from: 'items', localField: '_id', foreignField: 'orderId', as: 'items' } },
      { $unwind: '$items' },
    ])
    .toArray();
}

export async function lookedUpWithPipeline(tenantId: number) {
  return orders()
    .aggregate([
      { $match: { tenantId } },
      {
        $lookup: {
          from: 'items',
          let: { tenant: '$tenantId', order: '$_id' },
          pipeline: [
            { $match: { $expr: { $and: [{ $eq: ['$tenantId', '$$tenant'] }, { $eq: ['$orderId', '$$order'] }] } } },
          ],
          as: 'items',
        },
      },
    ])
    .toArray();
}

export async function unioned(tenantId: number) {
  return orders()
    .aggregate([{ $match: { tenantId } }, { $unionWith: { coll: 'items', pipeline: [{ $match: { tenantId } }] } }])
    .toArray();
}

export async function matchedTooLate(tenantId: number) {
  return orders()
    .aggregate([{ $limit: 5 }, { $match: { tenantId } }])
    .toArray();
}

export async function pipelineUnderIf(tenantId: number, narrow: boolean) {
  const stages: object[] = [{ $match: { status: 'open' } }];
  if (narrow) stages.unshift({ $match: { tenantId } });
  return orders().aggregate(stages).toArray();
}

// ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function insertedOne(tenantId: number, id: number) {
  return orders().insertOne({ _id: id, tenantId, status: 'open' });
}

export async function insertedMany(tenantId: number) {
  return orders().insertMany([
    { _id: 1, tenantId, status: 'open' },
    { _id: 2, tenantId, status: 'paid' },
  ]);
}

export async function insertedForTenants(tenantIds: number[]) {
  return orders().insertMany(tenantIds.map((tenant, i) => ({ _id: i, tenantId: tenant, status: 'open' })));
}

export async function updatedById(id: number) {
  return orders().updateOne({ _id: id }, { $set: { status: 'paid' } });
}

export async function updatedByKey(tenantId: number, id: number) {
  return orders().updateOne({ tenantId, _id: id }, { $set: { status: 'paid' }, $inc: { total: 1 } });
}

export async function updatedMany(tenantId: number) {
  return orders().updateMany({ tenantId, status: 'open' }, { $set: { status: 'paid' } });
}

export async function updatedByPipeline(tenantId: number, id: number) {
  return orders().updateOne({ tenantId, _id: id }, [{ $set: { total: { $add: ['$total', 1] } } }]);
}

export async function upserted(tenantId: number, id: number) {
  return orders().updateOne({ tenantId, _id: id }, { $set: { status: 'open' } }, { upsert: true });
}

export async function replaced(tenantId: number, id: number) {
  return orders().replaceOne({ tenantId, _id: id }, { tenantId, status: 'paid' });
}

export async function foundAndUpdated(tenantId: number, id: number) {
  return orders().findOneAndUpdate({ tenantId, _id: id }, { $set: { status: 'paid' } });
}

export async function foundAndDeleted(id: number) {
  return orders().findOneAndDelete({ _id: id });
}

export async function deletedByKey(tenantId: number, id: number) {
  return orders().deleteOne({ tenantId, _id: id });
}

export async function deletedMany(status: string) {
  return orders().deleteMany({ status });
}

export async function bulk(tenantId: number, id: number) {
  return orders().bulkWrite([
    { updateOne: { filter: { tenantId, _id: id }, update: { $set: { status: 'paid' } } } },
    { updateOne: { filter: { tenantId, _id: 12 }, update: { $set: { status: 'paid' } } } },
  ]);
}

export async function bulkDeletes(tenantId: number, ids: number[]) {
  return orders().bulkWrite(ids.map((id) => ({ deleteOne: { filter: { tenantId, _id: id } } })));
}

export async function inTransaction(tenantId: number, id: number) {
  await client.withSession((session) =>
    session.withTransaction(async () => {
      await orders().updateOne({ tenantId, _id: id }, { $set: { status: 'paid' } }, { session });
      await orders().deleteOne({ tenantId, _id: 12 }, { session });
    }),
  );
}
