/** TypeORM: each exported function is one shape, as applications write it. */
import 'reflect-metadata';
import {
  BaseEntity,
  Between,
  Brackets,
  Column,
  CreateDateColumn,
  DataSource,
  DeleteDateColumn,
  Entity,
  EntitySchema,
  type FindOptionsWhere,
  ILike,
  In,
  IsNull,
  JoinColumn,
  JoinTable,
  LessThan,
  ManyToMany,
  ManyToOne,
  MoreThanOrEqual,
  Not,
  OneToMany,
  OneToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  Raw,
  type Relation,
  UpdateDateColumn,
} from 'typeorm';

// ── the schema ──────────────────────────────────────────────────────────────────────────────────────────────────

@Entity('plans')
export class Plan {
  @PrimaryColumn('text') code: string;
  @Column('text') title: string;
}

export const Setting = new EntitySchema<{ id: number; name: string; value: string | null }>({
  name: 'Setting',
  tableName: 'settings',
  columns: {
    id: { type: Number, primary: true, generated: true },
    name: { type: String },
    value: { type: String, nullable: true },
  },
});

@Entity({ name: 'tenants' })
export class Tenant {
  @PrimaryGeneratedColumn() id: number;
  @Column('text') name: string;
  @ManyToOne(() => Plan, { eager: true })
  @JoinColumn({ name: 'plan_code' })
  plan: Relation<Plan>;
}

@Entity('users')
export class User extends BaseEntity {
  @PrimaryGeneratedColumn() id: number;
  @Column('int', { name: 'tenant_id' }) tenantId: number;
  @Column('text') email: string;
  @Column('text', { nullable: true }) name: string | null;
  @DeleteDateColumn({ name: 'deleted_at' }) deletedAt: Date | null;
  @OneToOne(
    () => Profile,
    (profile) => profile.user,
  )
  profile: Relation<Profile>;
  @OneToMany(
    () => Order,
    (order) => order.user,
  )
  orders: Relation<Order>[];
}

@Entity('profiles')
export class Profile {
  @PrimaryGeneratedColumn() id: number;
  @Column('int', { name: 'tenant_id' }) tenantId: number;
  @Column('text', { nullable: true }) bio: string | null;
  @OneToOne(
    () => User,
    (user) => user.profile,
  )
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
}

@Entity('orders')
export class Order {
  @PrimaryGeneratedColumn() id: number;
  @Column('int', { name: 'tenant_id' }) tenantId: number;
  @Column('int', { name: 'user_id', nullable: true }) userId: number | null;
  @Column('text', { nullable: true }) number: string | null;
  @Column('text', { default: 'open' }) status: string;
  @Column('int', { default: 0 }) total: number;
  @CreateDateColumn({ name: 'created_at' }) createdAt: Date;
  @UpdateDateColumn({ name: 'updated_at' }) updatedAt: Date;
  @ManyToOne(() => Tenant)
  @JoinColumn({ name: 'tenant_id' })
  tenant: Relation<Tenant>;
  @ManyToOne(
    () => User,
    (user) => user.orders,
  )
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
  @OneToMany(
    () => OrderItem,
    (item) => item.order,
    { cascade: true },
  )
  items: Relation<OrderItem>[];
  @ManyToMany(() => Tag)
  @JoinTable({ name: 'order_tags', joinColumn: { name: 'order_id' }, inverseJoinColumn: { name: 'tag_id' } })
  tags: Relation<Tag>[];
}

@Entity('order_items')
export class OrderItem {
  @PrimaryGeneratedColumn() id: number;
  @Column('int', { name: 'tenant_id' }) tenantId: number;
  @Column('int', { name: 'order_id' }) orderId: number;
  @Column('text', { default: 'a' }) sku: string;
  @Column('int', { default: 1 }) quantity: number;
  @ManyToOne(
    () => Order,
    (order) => order.items,
  )
  @JoinColumn({ name: 'order_id' })
  order: Relation<Order>;
}

@Entity('tags')
export class Tag extends BaseEntity {
  @PrimaryGeneratedColumn() id: number;
  @Column('int', { name: 'tenant_id' }) tenantId: number;
  @Column('text') name: string;
}

export const source = new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  entities: [Plan, Setting, Tenant, User, Profile, Order, OrderItem, Tag],
});

export const open = () => source.initialize();
export const close = () => source.destroy();

const orders = source.getRepository(Order);
const users = source.getRepository(User);

/** Lists of arguments for shapes that decide at run time what they send. */
export const runs = {
  conditionalKey: [[7], [undefined]],
  whereUnderIf: [
    [7, 'open'],
    [7, undefined],
  ],
};

/** Version 1 takes objects only. */
export const only = { relationsAsNames: 'earlier' };

// ── finders ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function findOneByKeyAndId(tenantId: number, id: number) {
  return orders.findOne({ where: { tenantId, id } });
}

export async function findOneById(id: number) {
  return orders.findOneBy({ id });
}

export async function findByOtherColumn(status: string) {
  return orders.find({ where: { status }, select: { id: true, total: true } });
}

export async function findByKey(tenantId: number) {
  return orders.findBy({ tenantId });
}

export async function findWithOperators(tenantId: number, text: string, since: Date, until: Date) {
  return orders.findBy({
    tenantId,
    number: ILike(`%${text}%`),
    createdAt: Between(since, until),
    total: MoreThanOrEqual(0),
    status: Not('paid'),
  });
}

export async function findKeyInList(tenantIds: number[]) {
  return orders.find({ where: { tenantId: In(tenantIds) }, order: { id: 'ASC' } });
}

export async function findKeyNot(tenantId: number) {
  return orders.find({ where: { tenantId: Not(tenantId) } });
}

export async function findKeyInRange(tenantId: number) {
  return orders.find({ where: { tenantId: LessThan(tenantId) } });
}

export async function findKeyRaw(tenantId: number) {
  return orders.find({ where: { tenantId: Raw((alias) => `${alias} = :tenantId`, { tenantId }) } });
}

export async function findAlternatives(tenantId: number, otherTenant: number) {
  return orders.find({ where: [{ tenantId, status: 'open' }, { tenantId: otherTenant }] });
}

/** Names of columns are no options: all rows are read, and all are counted. */
export async function findWithoutWhere(tenantId: number) {
  return orders.find({ tenantId } as object);
}

export async function countedWithoutWhere(tenantId: number) {
  return orders.count({ tenantId } as object);
}

export async function findOrFail(tenantId: number, id: number) {
  return orders.findOneOrFail({ where: { tenantId, id } });
}

export async function findNullColumn(tenantId: number) {
  return users.find({ where: { tenantId, name: IsNull() }, withDeleted: true });
}

export async function findSoftDeletedEntity(tenantId: number, email: string) {
  return users.findOneBy({ tenantId, email });
}

export async function pageAndCount(tenantId: number, limit: number, offset: number) {
  const [rows, total] = await orders.findAndCount({
    where: { tenantId },
    take: limit,
    skip: offset,
    order: { id: 'DESC' },
  });
  return { rows, total };
}

export async function pageWithRelation(tenantId: number, limit: number) {
  return orders.find({ where: { tenantId }, relations: { items: true }, take: limit });
}

export async function counted(tenantId: number) {
  return orders.count({ where: { tenantId } });
}

export async function countedBy(status: string) {
  return orders.countBy({ status });
}

export async function exists(tenantId: number, number: string) {
  return orders.exists({ where: { tenantId, number } });
}

export async function summed(tenantId: number) {
  return orders.sum('total', { tenantId });
}

export async function reference(code: string) {
  return source.getRepository(Plan).findOneBy({ code });
}

export async function unsharded(name: string) {
  return source.getRepository(Setting).findOneBy({ name });
}

// ── relations ───────────────────────────────────────────────────────────────────────────────────────────────────

export async function relationOffKey(tenantId: number, id: number) {
  return orders.findOne({ where: { tenantId, id }, relations: { items: true } });
}

export async function relationsAsNames(tenantId: number) {
  return orders.find({ where: { tenantId }, relations: ['user', 'user.profile'] });
}

export async function relationsNested(tenantId: number) {
  return orders.find({ where: { tenantId }, relations: { user: { profile: true } } });
}

export async function relationManyToMany(tenantId: number) {
  return orders.find({ where: { tenantId }, relations: { tags: true } });
}

export async function relationByKey(tenantId: number) {
  return orders.find({ where: { tenantId }, relations: { tenant: true } });
}

export async function relationsBySelects(tenantId: number) {
  return orders.find({ where: { tenantId }, relations: { items: true }, relationLoadStrategy: 'query' });
}

export async function eagerRelation(tenantId: number) {
  return source.getRepository(Tenant).findOneBy({ id: tenantId });
}

export async function filterThroughRelation(tenantId: number, status: string) {
  return source.getRepository(OrderItem).find({ where: { tenantId, order: { status } } });
}

export async function keyThroughRelation(tenantId: number) {
  return source.getRepository(OrderItem).find({ where: { order: { tenantId } } });
}

// ── query builders ──────────────────────────────────────────────────────────────────────────────────────────────

export async function built(tenantId: number, status: string) {
  return orders
    .createQueryBuilder('o')
    .where('o.tenantId = :tenantId', { tenantId })
    .andWhere('o.status = :status', { status })
    .orderBy('o.createdAt', 'DESC')
    .getMany();
}

export async function builtByIdOnly(id: number) {
  return orders.createQueryBuilder('o').where('o.id = :id', { id }).getOne();
}

export async function builtObject(tenantId: number) {
  return orders.createQueryBuilder('o').where({ tenantId }).getCount();
}

export async function builtListOfKeys(tenantIds: number[]) {
  return orders.createQueryBuilder('o').where('o.tenantId IN (:...tenantIds)', { tenantIds }).getMany();
}

export async function builtBrackets(tenantId: number, text: string) {
  return orders
    .createQueryBuilder('o')
    .where('o.tenantId = :tenantId', { tenantId })
    .andWhere(
      new Brackets((qb) => {
        qb.where('o.number ILIKE :text', { text }).orWhere('o.status = :status', { status: 'open' });
      }),
    )
    .getManyAndCount();
}

export async function builtOr(tenantId: number, id: number) {
  return orders
    .createQueryBuilder('o')
    .where('o.tenantId = :tenantId', { tenantId })
    .orWhere('o.id = :id', { id })
    .getMany();
}

export async function builtJoinRelation(tenantId: number) {
  return orders
    .createQueryBuilder('o')
    .leftJoinAndSelect('o.items', 'item')
    .where('o.tenantId = :tenantId', { tenantId })
    .getMany();
}

export async function builtJoinOnKey(tenantId: number) {
  return orders
    .createQueryBuilder('o')
    .innerJoinAndSelect('o.items', 'item', 'item.tenantId = o.tenantId')
    .where('o.tenantId = :tenantId', { tenantId })
    .getMany();
}

export async function builtJoinEntity(tenantId: number) {
  return orders
    .createQueryBuilder('o')
    .innerJoin(User, 'u', 'u.id = o.userId AND u.tenantId = o.tenantId')
    .where('o.tenantId = :tenantId', { tenantId })
    .select(['o.id', 'o.total'])
    .getMany();
}

export async function builtPage(tenantId: number, limit: number) {
  return orders
    .createQueryBuilder('o')
    .leftJoinAndSelect('o.items', 'item')
    .where('o.tenantId = :tenantId', { tenantId })
    .take(limit)
    .getMany();
}

export async function builtSubquery(tenantId: number) {
  return orders
    .createQueryBuilder('o')
    .where('o.tenantId = :tenantId', { tenantId })
    .andWhere((qb) => {
      const items = qb
        .subQuery()
        .select('item.orderId')
        .from(OrderItem, 'item')
        .where('item.tenantId = :tenantId')
        .getQuery();
      return `o.id IN ${items}`;
    })
    .getMany();
}

export async function builtRawRows(tenantId: number) {
  return source
    .createQueryBuilder()
    .select('o.status', 'status')
    .addSelect('SUM(o.total)', 'total')
    .from(Order, 'o')
    .where('o.tenantId = :tenantId', { tenantId })
    .groupBy('o.status')
    .getRawMany();
}

export async function builtUpdate(tenantId: number, id: number) {
  await orders
    .createQueryBuilder()
    .update()
    .set({ status: 'paid' })
    .where('tenant_id = :tenantId AND id = :id', { tenantId, id })
    .execute();
}

export async function builtDelete(itemId: number) {
  await source.createQueryBuilder().delete().from(OrderItem).where('id = :itemId', { itemId }).execute();
}

export async function builtInsert(tenantId: number) {
  await source
    .createQueryBuilder()
    .insert()
    .into(Tag)
    .values([
      { tenantId, name: 'x' },
      { tenantId, name: 'y' },
    ])
    .execute();
}

export async function builtUpsert(tenantId: number, email: string, name: string) {
  await users
    .createQueryBuilder()
    .insert()
    .values({ tenantId, email, name })
    .orUpdate(['name'], ['tenant_id', 'email'])
    .execute();
}

// ── statements in parts ─────────────────────────────────────────────────────────────────────────────────────────

export async function conditionalKey(tenantId?: number) {
  const qb = orders.createQueryBuilder('o').where('o.status = :status', { status: 'open' });
  if (tenantId !== undefined) qb.andWhere('o.tenantId = :tenantId', { tenantId });
  return qb.getMany();
}

export async function whereUnderIf(tenantId: number, status?: string) {
  const where: FindOptionsWhere<Order> = { tenantId };
  if (status) where.status = status;
  return orders.find({ where });
}

// ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function savedNew(tenantId: number, userId: number) {
  return orders.save({ tenantId, userId, total: 1 });
}

export async function savedCreated(tenantId: number) {
  const tag = source.getRepository(Tag).create({ tenantId, name: 'new' });
  await source.getRepository(Tag).save(tag);
}

export async function savedCascade(tenantId: number) {
  return orders.save({ tenantId, items: [{ tenantId, sku: 'x' }] });
}

export async function savedLoaded(tenantId: number, id: number) {
  const order = await orders.findOneByOrFail({ tenantId, id });
  order.status = 'paid';
  await orders.save(order);
}

export async function savedWithId(tenantId: number, id: number) {
  await orders.save({ id, tenantId, status: 'paid' });
}

export async function removedLoaded(tenantId: number, itemId: number) {
  const items = source.getRepository(OrderItem);
  const item = await items.findOneByOrFail({ tenantId, id: itemId });
  await items.remove(item);
}

export async function inserted(tenantId: number) {
  await source.getRepository(Tag).insert({ tenantId, name: 'x' });
}

export async function insertedSeveral(tenantId: number, ids: number[]) {
  await source.getRepository(Tag).insert(ids.map((id) => ({ tenantId, name: `tag ${id}` })));
}

export async function upserted(tenantId: number, email: string) {
  await users.upsert({ tenantId, email, name: 'x' }, ['tenantId', 'email']);
}

export async function updatedByKey(tenantId: number, id: number) {
  await orders.update({ tenantId, id }, { status: 'paid' });
}

export async function updatedByIdOnly(id: number) {
  await orders.update(id, { status: 'paid' });
}

export async function keyChanged(tagId: number, otherTenant: number) {
  await source.getRepository(Tag).update({ id: tagId }, { tenantId: otherTenant });
}

export async function incremented(tenantId: number, id: number) {
  await orders.increment({ tenantId, id }, 'total', 5);
}

export async function deletedByKey(tenantId: number, orderId: number) {
  await source.getRepository(OrderItem).delete({ tenantId, orderId });
}

export async function deletedByIds(itemId: number) {
  await source.getRepository(OrderItem).delete([itemId, 102]);
}

export async function softDeleted(tenantId: number, userId: number) {
  await users.softDelete({ tenantId, id: userId });
}

export async function softRemoved(tenantId: number, userId: number) {
  const user = await users.findOneBy({ tenantId, id: userId });
  if (user) await users.softRemove(user);
}

export async function restored(tenantId: number, userId: number) {
  await users.restore({ tenantId, id: userId });
}

// ── active records, managers, transactions, raw SQL ─────────────────────────────────────────────────────────────

export async function activeFind(tenantId: number) {
  return Tag.findBy({ tenantId });
}

export async function activeSaveNew(tenantId: number) {
  const tag = new Tag();
  tag.tenantId = tenantId;
  tag.name = 'active';
  await tag.save();
}

export async function activeSaveLoaded(tenantId: number, tagId: number) {
  const tag = await Tag.findOneByOrFail({ tenantId, id: tagId });
  tag.name = 'changed';
  await tag.save();
}

export async function activeRemove(userId: number) {
  const user = await User.findOneByOrFail({ id: userId });
  await user.softRemove();
}

export async function managerFind(tenantId: number) {
  return source.manager.find(Order, { where: { tenantId } });
}

export async function managerSave(tenantId: number) {
  await source.manager.save(Tag, { tenantId, name: 'managed' });
}

export async function inTransaction(tenantId: number, userId: number) {
  await source.transaction(async (manager) => {
    const { identifiers } = await manager.insert(Order, { tenantId, userId });
    await manager.getRepository(OrderItem).insert({ tenantId, orderId: identifiers[0]?.id, sku: 'z' });
    await manager.update(User, { tenantId, id: userId }, { name: 'Buyer' });
  });
}

export async function lockedInTransaction(tenantId: number, id: number) {
  await source.transaction(async (manager) => {
    await manager.findOne(Order, { where: { tenantId, id }, lock: { mode: 'pessimistic_write' } });
  });
}

export async function queryRunner(tenantId: number, id: number) {
  const runner = source.createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.manager.update(Order, { tenantId, id }, { total: 1 });
    await runner.query('DELETE FROM order_items WHERE tenant_id = $1 AND order_id = $2', [tenantId, id]);
    await runner.commitTransaction();
  } finally {
    await runner.release();
  }
}

export async function rawQuery(tenantId: number) {
  return source.query('SELECT id, total FROM orders WHERE tenant_id = $1', [tenantId]);
}
