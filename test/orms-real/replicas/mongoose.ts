/** Mongoose with read preferences: who is asked by which call. */
import mongoose, { Schema } from 'mongoose';

mongoose.set('autoIndex', false);
mongoose.set('autoCreate', false);

const fields = { _id: Number, tenantId: Number, status: String };
const Order = mongoose.model('Order', new Schema(fields, { collection: 'orders' }));
/** Its schema says where it is read. */
const Item = mongoose.model('Item', new Schema(fields, { collection: 'items', read: 'secondary' }));

export const open = () => mongoose.connect(process.env.MONGO_URL ?? '');
export const close = () => mongoose.disconnect();

export async function find(tenantId: number) {
  return Order.find({ tenantId });
}

export async function readSecondary(tenantId: number) {
  return Order.find({ tenantId }).read('secondary');
}

export async function readShort(tenantId: number) {
  return Order.find({ tenantId }).read('sp').lean();
}

export async function readPrimary(tenantId: number) {
  return Order.find({ tenantId }).read('primary').exec();
}

export async function findOne(tenantId: number, id: number) {
  return Order.findOne({ tenantId, _id: id }).read('secondaryPreferred');
}

export async function findById(id: number) {
  return Order.findById(id).read('s');
}

export async function byOptions(tenantId: number) {
  return Order.find({ tenantId }, null, { readPreference: 'secondary' });
}

export async function bySetOptions(tenantId: number) {
  return Order.find({ tenantId }).setOptions({ readPreference: 'secondary' });
}

export async function count(tenantId: number) {
  return Order.countDocuments({ tenantId }).read('secondary');
}

export async function distinct(tenantId: number) {
  return Order.distinct('status', { tenantId }).read('secondary');
}

export async function aggregate(tenantId: number) {
  return Order.aggregate([{ $match: { tenantId } }, { $group: { _id: '$status', n: { $sum: 1 } } }]).read('secondary');
}

export async function ofSchema(tenantId: number) {
  return Item.find({ tenantId });
}

export async function ofSchemaForced(tenantId: number) {
  return Item.find({ tenantId }).read('primary');
}

export async function create(tenantId: number, id: number) {
  await Order.create({ _id: id, tenantId, status: 'open' });
}

export async function update(tenantId: number, status: string) {
  await Item.updateMany({ tenantId }, { status });
}

export async function remove(tenantId: number, id: number) {
  await Order.deleteOne({ tenantId, _id: id });
}

export async function findAndUpdate(tenantId: number, id: number) {
  return Item.findOneAndUpdate({ tenantId, _id: id }, { status: 'paid' });
}

export async function inTransaction(tenantId: number) {
  await mongoose.connection.transaction(async (session) => {
    await Order.find({ tenantId }).session(session);
    await Order.updateOne({ tenantId }, { status: 'paid' }).session(session);
  });
}
