/** MikroORM: each exported function is one shape, as applications write it. */
import {
  Collection,
  Entity,
  Filter,
  LockMode,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryKey,
  Property,
  Unique,
} from '@mikro-orm/core';
import { MikroORM, raw } from '@mikro-orm/postgresql';

// ── the schema ──────────────────────────────────────────────────────────────────────────────────────────────────

@Entity({ tableName: 'plans' })
export class Plan {
  @PrimaryKey({ type: 'string' }) code!: string;
  @Property({ type: 'string' }) title!: string;
}

@Entity({ tableName: 'settings' })
export class Setting {
  @PrimaryKey({ type: 'number' }) id!: number;
  @Property({ type: 'string' }) name!: string;
  @Property({ type: 'string', nullable: true }) value?: string;
}

@Entity({ tableName: 'tenants' })
export class Tenant {
  @PrimaryKey({ type: 'number' }) id!: number;
  @Property({ type: 'string' }) name!: string;
  @ManyToOne(() => Plan, { nullable: true, fieldName: 'plan_code' }) plan?: Plan;
}

@Entity({ tableName: 'users' })
@Filter({ name: 'present', cond: { deletedAt: null } })
export class User {
  @PrimaryKey({ type: 'number' }) id!: number;
  @ManyToOne(() => Tenant) tenant!: Tenant;
  @Property({ type: 'string' }) email!: string;
  @Property({ type: 'string', nullable: true }) name?: string;
  @Property({ type: 'Date', nullable: true }) deletedAt?: Date;
  @OneToOne(
    () => Profile,
    (profile) => profile.user,
  )
  profile?: Profile;
  @OneToMany(
    () => Order,
    (order) => order.user,
  )
  orders = new Collection<Order>(this);
}

@Entity({ tableName: 'profiles' })
export class Profile {
  @PrimaryKey({ type: 'number' }) id!: number;
  @ManyToOne(() => Tenant) tenant!: Tenant;
  @OneToOne(
    () => User,
    (user) => user.profile,
    { owner: true },
  )
  user!: User;
  @Property({ type: 'string', nullable: true }) bio?: string;
}

@Entity({ tableName: 'orders' })
@Unique({ properties: ['tenant', 'number'] })
export class Order {
  @PrimaryKey({ type: 'number' }) id!: number;
  @ManyToOne(() => Tenant) tenant!: Tenant;
  @ManyToOne(() => User, { nullable: true }) user?: User;
  @Property({ type: 'string', nullable: true }) number?: string;
  @Property({ type: 'string', default: 'open' }) status = 'open';
  @Property({ type: 'number', default: 0 }) total = 0;
  @Property({ type: 'Date', defaultRaw: 'now()' }) createdAt = new Date();
  @OneToMany(
    () => Item,
    (item) => item.order,
  )
  items = new Collection<Item>(this);
}

@Entity({ tableName: 'order_items' })
export class Item {
  @PrimaryKey({ type: 'number' }) id!: number;
  @ManyToOne(() => Tenant) tenant!: Tenant;
  @ManyToOne(() => Order) order!: Order;
  @Property({ type: 'string', default: 'a' }) sku = 'a';
  @Property({ type: 'number', default: 1 }) quantity = 1;
}

const orm = await MikroORM.init({
  clientUrl: process.env.DATABASE_URL,
  entities: [Plan, Setting, Tenant, User, Profile, Order, Item],
  discovery: { warnWhenNoEntities: false },
});
export const em = orm.em.fork();

// ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function find(tenantId: number) {
  return em.fork().find(Order, { tenant: tenantId });
}

export async function findById(id: number) {
  return em.fork().findOne(Order, id);
}

export async function findByIdObject(id: number) {
  return em.fork().findOne(Order, { id });
}

export async function findByBoth(tenantId: number, id: number) {
  return em.fork().findOneOrFail(Order, { id, tenant: tenantId });
}

export async function findByStatus(status: string) {
  return em.fork().find(Order, { status }, { limit: 10, orderBy: { createdAt: 'desc' } });
}

export async function findInList(tenantIds: number[]) {
  return em.fork().find(Order, { tenant: { $in: tenantIds } });
}

export async function findByList(tenantIds: number[]) {
  return em.fork().find(Order, { tenant: tenantIds });
}

export async function findNotIn(tenantIds: number[]) {
  return em.fork().find(Order, { tenant: { $nin: tenantIds } });
}

export async function findRange(tenantId: number) {
  return em.fork().find(Order, { tenant: { $gte: tenantId } });
}

export async function findOr(tenantId: number, otherTenant: number) {
  return em.fork().find(Order, { $or: [{ tenant: tenantId }, { tenant: otherTenant }] });
}

export async function findOrColumn(tenantId: number, status: string) {
  return em.fork().find(Order, { $or: [{ tenant: tenantId }, { status }] });
}

export async function findAnd(tenantId: number, status: string) {
  return em.fork().find(Order, { $and: [{ tenant: tenantId }, { status }] });
}

export async function findNot(tenantId: number) {
  return em.fork().find(Order, { $not: { tenant: tenantId } });
}

export async function findThroughTenant(tenantId: number) {
  return em.fork().find(Order, { tenant: { id: tenantId } });
}

export async function findLike(tenantId: number, text: string) {
  return em.fork().find(Order, { tenant: tenantId, number: { $like: `%${text}%` } });
}

export async function findConditional(tenantId: number, status?: string) {
  return em.fork().find(Order, { tenant: tenantId, ...(status ? { status } : {}) });
}

export async function findSome(tenantId: number) {
  return em.fork().find(Order, { tenant: tenantId }, { fields: ['id', 'total'] });
}

export async function findLocked(tenantId: number, id: number) {
  return em
    .fork()
    .transactional((tx) => tx.findOne(Order, { id, tenant: tenantId }, { lockMode: LockMode.PESSIMISTIC_WRITE }));
}

export async function findAndCount(tenantId: number) {
  return em.fork().findAndCount(Order, { tenant: tenantId }, { limit: 5 });
}

export async function findAll() {
  return em.fork().findAll(Order);
}

export async function count(tenantId: number) {
  return em.fork().count(Order, { tenant: tenantId });
}

export async function countAll() {
  return em.fork().count(Order);
}

export async function reference(code: string) {
  return em.fork().findOne(Plan, code);
}

export async function unsharded(name: string) {
  return em.fork().findOne(Setting, { name });
}

export async function filtered(tenantId: number) {
  return em.fork().find(User, { tenant: tenantId }, { filters: ['present'] });
}

// ── relations ───────────────────────────────────────────────────────────────────────────────────────────────────

export async function populated(tenantId: number) {
  return em.fork().find(Order, { tenant: tenantId }, { populate: ['items'] });
}

export async function populatedParent(tenantId: number) {
  return em.fork().find(Order, { tenant: tenantId }, { populate: ['user'] });
}

export async function populatedTenant(tenantId: number) {
  return em.fork().find(User, { tenant: tenantId }, { populate: ['tenant'] });
}

export async function ofRelation(email: string) {
  return em.fork().find(Order, { user: { email } });
}

export async function ofRelationWithKey(tenantId: number, email: string) {
  return em.fork().find(Order, { tenant: tenantId, user: { tenant: tenantId, email } });
}

// ── repositories and builders ───────────────────────────────────────────────────────────────────────────────────

export async function inRepository(tenantId: number) {
  return em.fork().getRepository(Order).find({ tenant: tenantId, status: 'open' });
}

export async function repositoryCount(status: string) {
  return em.fork().getRepository(Order).count({ status });
}

export async function builder(tenantId: number) {
  return em.fork().createQueryBuilder(Order, 'o').select(['o.id', 'o.total']).where({ tenant: tenantId }).getResult();
}

export async function builderScatter(status: string) {
  return em.fork().createQueryBuilder(Order).select('*').where({ status }).limit(5).execute();
}

export async function builderBranches(tenantId: number, status?: string) {
  const qb = em.fork().createQueryBuilder(Order, 'o').select('*').where({ tenant: tenantId });
  if (status) qb.andWhere({ status });
  return qb.getResultList();
}

export async function builderCount(tenantId: number) {
  return em.fork().createQueryBuilder(Order).where({ tenant: tenantId }).getCount();
}

export async function builderJoin(tenantId: number) {
  return em
    .fork()
    .createQueryBuilder(Order, 'o')
    .select('o.*')
    .leftJoin('o.items', 'i')
    .where({ tenant: tenantId, 'i.sku': 'a' })
    .execute();
}

export async function builderUpdate(tenantId: number, status: string) {
  await em.fork().createQueryBuilder(Order).update({ status }).where({ tenant: tenantId }).execute();
}

export async function builderDelete(tenantId: number, itemId: number) {
  await em.fork().createQueryBuilder(Item).delete({ id: itemId, tenant: tenantId }).execute();
}

export async function builderInsert(tenantId: number) {
  await em
    .fork()
    .createQueryBuilder(Order)
    .insert({ tenant: tenantId, status: 'open', createdAt: new Date() })
    .execute();
}

// ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function insert(tenantId: number) {
  await em.fork().insert(Order, { tenant: tenantId, status: 'open', total: 1, createdAt: new Date() });
}

export async function insertMany(tenantId: number, otherTenant: number) {
  const row = { status: 'open', total: 1, createdAt: new Date() };
  await em.fork().insertMany(Order, [
    { ...row, tenant: tenantId },
    { ...row, tenant: otherTenant },
  ]);
}

export async function nativeUpdate(tenantId: number, status: string) {
  await em.fork().nativeUpdate(Order, { tenant: tenantId }, { status });
}

export async function nativeUpdateById(id: number, status: string) {
  await em.fork().nativeUpdate(Order, { id }, { status });
}

export async function nativeIncrement(tenantId: number, id: number) {
  await em.fork().nativeUpdate(Order, { id, tenant: tenantId }, { total: raw('total + 1') });
}

export async function nativeDelete(tenantId: number, orderId: number) {
  await em.fork().nativeDelete(Item, { tenant: tenantId, order: orderId });
}

export async function nativeDeleteAll(status: string) {
  await em.fork().nativeDelete(Item, { sku: status });
}

export async function upsert(tenantId: number, number: string) {
  await em
    .fork()
    .upsert(
      Order,
      { tenant: tenantId, number, status: 'paid', total: 1, createdAt: new Date() },
      { onConflictFields: ['tenant', 'number'], disableIdentityMap: true },
    );
}

export async function createAndFlush(tenantId: number) {
  const own = em.fork();
  const order = own.create(Order, { tenant: tenantId, status: 'open', total: 1, createdAt: new Date() });
  own.persist(order);
  await own.flush();
}

export async function loadedAndChanged(tenantId: number, id: number) {
  const own = em.fork();
  const order = await own.findOneOrFail(Order, { id, tenant: tenantId });
  order.status = 'paid';
  await own.flush();
}

export async function loadedAndRemoved(tenantId: number, itemId: number) {
  const own = em.fork();
  const item = await own.findOneOrFail(Item, { id: itemId, tenant: tenantId });
  await own.removeAndFlush(item);
}

export async function keyUpdate(id: number, otherTenant: number) {
  await em.fork().nativeUpdate(Order, { id }, { tenant: otherTenant });
}

// ── transactions and raw SQL ────────────────────────────────────────────────────────────────────────────────────

export async function transactional(tenantId: number, id: number) {
  await em.fork().transactional(async (tx) => {
    await tx.nativeUpdate(Order, { tenant: tenantId, id }, { status: 'paid' });
    await tx.insert(Item, { tenant: tenantId, order: id, sku: 'x', quantity: 1 });
  });
}

export async function execute(tenantId: number) {
  return em.fork().getConnection().execute('SELECT id FROM orders WHERE tenant_id = ?', [tenantId]);
}

export async function executeScatter(status: string) {
  return em.fork().execute('SELECT id FROM orders WHERE status = ?', [status]);
}

export const runs = {
  findConditional: [[7], [7, 'open']],
  builderBranches: [[7], [7, 'open']],
};

export async function close() {
  await orm.close();
}
