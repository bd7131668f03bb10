/** Mongoose: each exported function is one shape, as applications write it. */
import mongoose, { type FilterQuery, type Model, model, Schema } from 'mongoose';

mongoose.set('autoIndex', false);
mongoose.set('autoCreate', false);

interface IOrder {
  _id: number;
  tenantId: number;
  status: string;
  total?: number;
  customerId?: number;
}

const orderSchema = new Schema<IOrder>({
  _id: Number,
  tenantId: Number,
  status: String,
  total: Number,
  customerId: { type: Number, ref: 'Customer' },
});
orderSchema.virtual('customer', { ref: 'Customer', localField: 'customerId', foreignField: '_id', justOne: true });
orderSchema.statics.open = function (tenantId: number) {
  return this.find({ tenantId, status: 'open' });
};

export const Order = mongoose.model<IOrder>('Order', orderSchema);
const Customer = model('Customer', new Schema({ _id: Number, tenantId: Number, name: String }));
const Person = model('Person', new Schema({ _id: Number, region: String, name: String }, { shardKey: { region: 1 } }));
const Setting = model('Setting', new Schema({ _id: Number, name: String }));
const Country = model('Country', new Schema({ _id: Number, code: String }), 'countries');

class Repository<T> {
  constructor(protected readonly items: Model<T>) {}
  async findOne(query: FilterQuery<T>) {
    const found = await this.items.findOne(query).lean();
    return found;
  }
}
class OrderRepository extends Repository<IOrder> {
  constructor() {
    super(Order);
  }
}
const repository = new OrderRepository();

export const open = () => mongoose.connect(process.env.MONGO_URL ?? '');
export const close = () => mongoose.disconnect();

/** Lists of arguments for shapes that decide at run time what they send. */
export const runs = {
  conditionalKey: [[7], [undefined]],
  extendedUnderIf: [
    [7, true],
    [7, false],
  ],
};

// ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function byKeyAndId(tenantId: number, id: number) {
  return Order.findOne({ tenantId, _id: id }).exec();
}

export async function byId(id: number) {
  return Order.findById(id);
}

export async function byOtherField(status: string) {
  return Order.find({ status }).lean();
}

export async function byListOfKeys(tenantIds: number[]) {
  return Order.find({ tenantId: { $in: tenantIds } });
}

export async function byListWithoutOperator(tenantIds: number[]) {
  return Order.find({ tenantId: tenantIds as never });
}

export async function byHelpers(tenantId: number, statuses: string[]) {
  return Order.find().where('tenantId').equals(tenantId).where('status').in(statuses).sort({ total: -1 });
}

export async function byWhereFirst(tenantId: number) {
  return Order.where('tenantId', tenantId).findOne();
}

export async function byWhereObject(tenantId: number) {
  return Order.where({ tenantId }).countDocuments();
}

export async function keyOrKey(tenantId: number, otherTenant: number) {
  return Order.find({ status: 'open' }).or([{ tenantId }, { tenantId: otherTenant }]);
}

export async function keyInAnd(tenantId: number) {
  return Order.find({ status: 'open' }).and([{ tenantId }]);
}

export async function keyOrOther(tenantId: number, status: string) {
  return Order.find({ $or: [{ tenantId }, { status }] });
}

export async function conditionalKey(tenantId: number | undefined) {
  return Order.find({ status: 'open', ...(tenantId ? { tenantId } : {}) });
}

export async function extendedUnderIf(tenantId: number, mine: boolean) {
  let query = Order.find({ status: 'open' });
  if (mine) query = query.where({ tenantId });
  return query.exec();
}

export async function changedInPlace(tenantId: number) {
  const query = Order.find({ status: 'open' });
  query.where('tenantId').equals(tenantId);
  query.limit(3);
  return query;
}

export async function counted(tenantId: number) {
  return Order.countDocuments({ tenantId });
}

export async function countedAll() {
  return Order.estimatedDocumentCount();
}

export async function existing(tenantId: number) {
  return Order.exists({ tenantId, status: 'open' });
}

export async function distinctValues(tenantId: number) {
  return Order.distinct('status', { tenantId });
}

export async function iterated(tenantId: number) {
  for await (const one of Order.find({ tenantId }).cursor()) return one;
  return undefined;
}

export async function fromReplica(tenantId: number) {
  return Order.find({ tenantId }).read('secondaryPreferred');
}

export async function ofUnsharded() {
  return Setting.find();
}

export async function ofReference() {
  return Country.findOne({ code: 'NL' });
}

export async function byModelName(tenantId: number) {
  return mongoose.model('Customer').find({ tenantId });
}

export async function throughRepository(tenantId: number, id: number) {
  return repository.findOne({ tenantId, _id: id });
}

export async function driverBehind(tenantId: number) {
  return Order.collection.find({ tenantId }).toArray();
}

// ── populate and pipelines ──────────────────────────────────────────────────────────────────────────────────────

export async function populated(tenantId: number) {
  return Order.find({ tenantId }).populate('customerId');
}

export async function populatedWithKey(tenantId: number) {
  return Order.find({ tenantId }).populate({ path: 'customer', match: { tenantId } });
}

export async function populatedLater(tenantId: number) {
  const order = await Order.findOne({ tenantId });
  await order?.populate('customerId');
}

export async function aggregated(tenantId: number) {
  return Order.aggregate([{ $match: { tenantId } }, { $group: { _id: '$status', n: { $sum: 1 } } }]);
}

export async function aggregatedByMethods(tenantId: number) {
  return Order.aggregate().match({ tenantId }).sort({ total: -1 });
}

export async function lookedUp(tenantId: number) {
  return Order.aggregate([
    { $match: { tenantId } },
    { $lookup: { from: Customer.collection.name, localField: 'customerId', foreignField: '_id', as: 'customers' } },
  ]);
}

// ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function created(tenantId: number, id: number) {
  return Order.create({ _id: id, tenantId, status: 'open' });
}

export async function insertedMany(tenantId: number) {
  return Order.insertMany([
    { _id: 1, tenantId, status: 'open' },
    { _id: 2, tenantId, status: 'paid' },
  ]);
}

export async function savedNew(tenantId: number, id: number) {
  const order = new Order({ _id: id, tenantId });
  order.status = 'open';
  await order.save();
}

export async function savedLoaded(tenantId: number, id: number) {
  const order = await Order.findOne({ tenantId, _id: id });
  if (order === null) return;
  order.status = 'paid';
  await order.save();
}

export async function savedWithShardKey() {
  const person = await Person.findOne({ region: 'eu' });
  if (person === null) return;
  person.name = 'Grace';
  await person.save();
}

export async function deletedDocument(tenantId: number, id: number) {
  const order = await Order.findOne({ tenantId, _id: id });
  await order?.deleteOne();
}

export async function updatedById(id: number) {
  return Order.findByIdAndUpdate(id, { status: 'paid' });
}

export async function updatedByKey(tenantId: number, id: number) {
  return Order.updateOne({ tenantId, _id: id }, { status: 'paid' });
}

export async function updatedMany(status: string) {
  return Order.updateMany({ status }, { $set: { status: 'paid' } });
}

export async function upserted(tenantId: number, id: number) {
  return Order.findOneAndUpdate({ tenantId, _id: id }, { status: 'open' }, { upsert: true });
}

export async function replaced(tenantId: number, id: number) {
  return Order.replaceOne({ tenantId, _id: id }, { tenantId, status: 'paid' });
}

export async function deletedById(id: number) {
  return Order.findByIdAndDelete(id);
}

export async function deletedMany(tenantId: number) {
  return Order.deleteMany({ tenantId });
}

export async function bulk(tenantId: number, id: number) {
  return Order.bulkWrite([
    { updateOne: { filter: { tenantId, _id: id }, update: { $set: { status: 'paid' } } } },
    { updateOne: { filter: { tenantId, _id: 12 }, update: { $set: { status: 'paid' } } } },
  ]);
}

export async function inTransaction(tenantId: number, id: number) {
  await mongoose.connection.transaction(async (session) => {
    await Order.updateOne({ tenantId, _id: id }, { status: 'paid' }, { session });
    await Order.deleteOne({ tenantId, _id: 12 }).session(session);
  });
}
