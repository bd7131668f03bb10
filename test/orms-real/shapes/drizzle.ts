/** Drizzle: each exported function is one shape, as applications write it. */
import {
  and,
  asc,
  between,
  count,
  desc,
  eq,
  exists,
  gte,
  inArray,
  isNull,
  like,
  ne,
  or,
  relations,
  type SQL,
  sql,
  sum,
} from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { alias, integer, pgTable, serial, text, timestamp, union, unionAll } from 'drizzle-orm/pg-core';

// ── the schema ──────────────────────────────────────────────────────────────────────────────────────────────────

export const plans = pgTable('plans', { code: text('code').primaryKey(), title: text('title').notNull() });

export const settings = pgTable('settings', {
  id: serial('id').primaryKey(),
  name: text('name').notNull(),
  value: text(),
});

export const tenants = pgTable('tenants', {
  id: serial('id').primaryKey(),
  name: text('name').notNull(),
  planCode: text('plan_code').references(() => plans.code),
});

export const users = pgTable('users', {
  id: serial('id').primaryKey(),
  tenantId: integer('tenant_id').notNull(),
  email: text('email').notNull(),
  name: text('name'),
  deletedAt: timestamp('deleted_at'),
});

export const profiles = pgTable('profiles', {
  id: serial('id').primaryKey(),
  tenantId: integer('tenant_id').notNull(),
  userId: integer('user_id').notNull(),
  bio: text('bio'),
});

const dates = {
  createdAt: timestamp('created_at').notNull().defaultNow(),
  updatedAt: timestamp('updated_at').notNull().defaultNow(),
};

export const orders = pgTable('orders', {
  id: serial('id').primaryKey(),
  tenantId: integer('tenant_id').notNull(),
  userId: integer('user_id').references(() => users.id),
  number: text('number'),
  status: text('status').notNull().default('open'),
  total: integer('total').notNull().default(0),
  deletedAt: timestamp('deleted_at'),
  ...dates,
});

export const orderItems = pgTable('order_items', {
  id: serial('id').primaryKey(),
  tenantId: integer('tenant_id').notNull(),
  orderId: integer('order_id')
    .notNull()
    .references(() => orders.id),
  sku: text('sku').notNull().default('a'),
  quantity: integer('quantity').notNull().default(1),
});

export const tags = pgTable('tags', {
  id: serial('id').primaryKey(),
  tenantId: integer('tenant_id').notNull(),
  name: text('name').notNull(),
});

export const orderTags = pgTable('order_tags', {
  tenantId: integer('tenant_id').notNull(),
  orderId: integer('order_id').notNull(),
  tagId: integer('tag_id').notNull(),
});

export const tenantRelations = relations(tenants, ({ one, many }) => ({
  plan: one(plans, { fields: [tenants.planCode], references: [plans.code] }),
  orders: many(orders),
}));
export const userRelations = relations(users, ({ one, many }) => ({ profile: one(profiles), orders: many(orders) }));
export const profileRelations = relations(profiles, ({ one }) => ({
  user: one(users, { fields: [profiles.userId], references: [users.id] }),
}));
export const orderRelations = relations(orders, ({ one, many }) => ({
  tenant: one(tenants, { fields: [orders.tenantId], references: [tenants.id] }),
  user: one(users, { fields: [orders.tenantId, orders.userId], references: [users.tenantId, users.id] }),
  items: many(orderItems),
  tags: many(orderTags),
}));
export const orderItemRelations = relations(orderItems, ({ one }) => ({
  order: one(orders, { fields: [orderItems.tenantId, orderItems.orderId], references: [orders.tenantId, orders.id] }),
}));
export const orderTagRelations = relations(orderTags, ({ one }) => ({
  order: one(orders, { fields: [orderTags.orderId], references: [orders.id] }),
  tag: one(tags, { fields: [orderTags.tagId], references: [tags.id] }),
}));

const schema = {
  plans,
  settings,
  tenants,
  users,
  profiles,
  orders,
  orderItems,
  tags,
  orderTags,
  tenantRelations,
  userRelations,
  profileRelations,
  orderRelations,
  orderItemRelations,
  orderTagRelations,
};

export const db = drizzle(process.env.DATABASE_URL ?? '', { schema });

/** Lists of arguments for shapes that decide at run time what they send. */
export const runs = {
  conditionalKey: [[7], [undefined]],
  dynamicBuilder: [
    [7, 'open'],
    [7, undefined],
  ],
  pushedConditions: [
    [7, 'open'],
    [7, undefined],
  ],
  undefinedInAnd: [
    [7, 'open'],
    [7, undefined],
  ],
};

// ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function byKeyAndId(tenantId: number, id: number) {
  const [order] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.tenantId, tenantId), eq(orders.id, id)))
    .limit(1);
  return order;
}

export async function byIdOnly(id: number) {
  return db.select().from(orders).where(eq(orders.id, id));
}

export async function byOtherColumn(status: string) {
  return db.select({ id: orders.id, total: orders.total }).from(orders).where(eq(orders.status, status));
}

export async function byListOfKeys(tenantIds: number[]) {
  return db.select().from(orders).where(inArray(orders.tenantId, tenantIds));
}

export async function keyOrOther(tenantId: number, status: string) {
  return db
    .select()
    .from(orders)
    .where(or(eq(orders.tenantId, tenantId), eq(orders.status, status)));
}

export async function eitherKey(tenantId: number, otherTenant: number) {
  return db
    .select()
    .from(orders)
    .where(or(eq(orders.tenantId, tenantId), eq(orders.tenantId, otherTenant)));
}

export async function negated(tenantId: number) {
  return db.select().from(orders).where(ne(orders.tenantId, tenantId)).limit(5);
}

export async function keyInRange(tenantId: number) {
  return db.select().from(orders).where(gte(orders.tenantId, tenantId));
}

export async function rangeOfDates(tenantId: number, since: Date, until: Date) {
  return db
    .select()
    .from(orders)
    .where(and(eq(orders.tenantId, tenantId), between(orders.createdAt, since, until)))
    .orderBy(desc(orders.createdAt), asc(orders.id));
}

export async function likeAndNull(tenantId: number, text: string) {
  return db
    .select()
    .from(orders)
    .where(and(eq(orders.tenantId, tenantId), like(orders.number, `%${text}%`), isNull(orders.deletedAt)));
}

export async function sqlCondition(tenantId: number) {
  return db.select().from(orders).where(sql`${orders.tenantId} = ${tenantId} and lower(${orders.status}) = 'open'`);
}

export async function counted(tenantId: number) {
  const [row] = await db.select({ value: count() }).from(orders).where(eq(orders.tenantId, tenantId));
  return row?.value;
}

export async function countedBySql(status: string) {
  const [row] = await db.select({ n: sql<number>`count(*)` }).from(orders).where(eq(orders.status, status));
  return row?.n;
}

export async function dollarCount(tenantId: number) {
  return await db.$count(orders, eq(orders.tenantId, tenantId));
}

export async function summed(tenantId: number) {
  return db
    .select({ status: orders.status, total: sum(orders.total) })
    .from(orders)
    .where(eq(orders.tenantId, tenantId))
    .groupBy(orders.status);
}

export async function distinct(tenantId: number) {
  return db.selectDistinct({ status: orders.status }).from(orders).where(eq(orders.tenantId, tenantId));
}

export async function reference(code: string) {
  return db.select().from(plans).where(eq(plans.code, code));
}

export async function unsharded(name: string) {
  return db.query.settings.findFirst({ where: eq(settings.name, name) });
}

// ── joins, subqueries, set operations ───────────────────────────────────────────────────────────────────────────

export async function joinedOnKey(tenantId: number) {
  return db
    .select()
    .from(orders)
    .innerJoin(orderItems, and(eq(orderItems.orderId, orders.id), eq(orderItems.tenantId, orders.tenantId)))
    .where(eq(orders.tenantId, tenantId));
}

export async function joinedOffKey(tenantId: number) {
  return db
    .select({ id: orders.id, sku: orderItems.sku })
    .from(orders)
    .innerJoin(orderItems, eq(orderItems.orderId, orders.id))
    .where(eq(orders.tenantId, tenantId));
}

export async function leftJoinedPinnedInOn(tenantId: number) {
  return db
    .select()
    .from(orders)
    .leftJoin(users, and(eq(users.id, orders.userId), eq(users.tenantId, tenantId)))
    .where(eq(orders.tenantId, tenantId));
}

export async function joinedReference(tenantId: number) {
  return db.select().from(tenants).leftJoin(plans, eq(plans.code, tenants.planCode)).where(eq(tenants.id, tenantId));
}

export async function selfJoin(tenantId: number) {
  const other = alias(orders, 'other');
  return db
    .select({ id: orders.id })
    .from(orders)
    .innerJoin(other, and(eq(other.tenantId, orders.tenantId), eq(other.total, orders.total)))
    .where(eq(orders.tenantId, tenantId));
}

export async function inSubquery(tenantId: number) {
  const wanted = db.select({ id: orderItems.orderId }).from(orderItems).where(eq(orderItems.tenantId, tenantId));
  return db
    .select()
    .from(orders)
    .where(and(eq(orders.tenantId, tenantId), inArray(orders.id, wanted)));
}

export async function existsSubquery(tenantId: number) {
  return db
    .select()
    .from(orders)
    .where(
      exists(
        db
          .select({ id: orderItems.id })
          .from(orderItems)
          .where(
            and(
              eq(orderItems.tenantId, orders.tenantId),
              eq(orderItems.orderId, orders.id),
              eq(orders.tenantId, tenantId),
            ),
          ),
      ),
    );
}

export async function derivedTable(tenantId: number) {
  const totals = db
    .select({ tenantId: orderItems.tenantId, orderId: orderItems.orderId, n: count().as('n') })
    .from(orderItems)
    .where(eq(orderItems.tenantId, tenantId))
    .groupBy(orderItems.tenantId, orderItems.orderId)
    .as('totals');
  return db
    .select()
    .from(orders)
    .innerJoin(totals, and(eq(totals.tenantId, orders.tenantId), eq(totals.orderId, orders.id)));
}

export async function commonTable(tenantId: number) {
  const recent = db
    .$with('recent')
    .as(db.select().from(orders).where(eq(orders.tenantId, tenantId)).orderBy(desc(orders.id)).limit(3));
  return db.with(recent).select().from(recent);
}

export async function unionOfTwo(tenantId: number, otherTenant: number) {
  return db
    .select({ id: orders.id })
    .from(orders)
    .where(eq(orders.tenantId, tenantId))
    .unionAll(db.select({ id: orders.id }).from(orders).where(eq(orders.tenantId, otherTenant)));
}

export async function unionFunction(tenantId: number) {
  const first = db.select({ id: orders.id }).from(orders).where(eq(orders.tenantId, tenantId));
  const second = db.select({ id: orderItems.orderId }).from(orderItems).where(eq(orderItems.tenantId, tenantId));
  return await union(first, second);
}

export async function unionAllFunction(tenantId: number) {
  return await unionAll(
    db.select({ id: orders.id }).from(orders).where(eq(orders.tenantId, tenantId)),
    db.select({ id: tags.id }).from(tags),
  );
}

// ── relational queries ──────────────────────────────────────────────────────────────────────────────────────────

export async function findFirst(tenantId: number, id: number) {
  return db.query.orders.findFirst({ where: and(eq(orders.tenantId, tenantId), eq(orders.id, id)) });
}

export async function findManyByCallback(tenantId: number, status: string) {
  return db.query.orders.findMany({
    where: (order, { and, eq }) => and(eq(order.tenantId, tenantId), eq(order.status, status)),
    orderBy: (order, { desc }) => [desc(order.createdAt)],
    limit: 10,
  });
}

export async function withOneByKey(tenantId: number) {
  return db.query.orders.findMany({ where: eq(orders.tenantId, tenantId), with: { user: true } });
}

export async function withManyOffKey(tenantId: number) {
  return db.query.orders.findMany({
    where: eq(orders.tenantId, tenantId),
    columns: { id: true },
    with: { tags: true },
  });
}

export async function withManyByKey(tenantId: number, id: number) {
  return db.query.orders.findFirst({
    where: and(eq(orders.tenantId, tenantId), eq(orders.id, id)),
    with: { items: true },
  });
}

export async function withNested(tenantId: number) {
  return db.query.tenants.findFirst({
    where: eq(tenants.id, tenantId),
    with: { plan: true, orders: { with: { items: true } } },
  });
}

export async function withOneOffKey(userId: number) {
  return db.query.users.findFirst({ where: eq(users.id, userId), with: { profile: true } });
}

// ── statements in parts ─────────────────────────────────────────────────────────────────────────────────────────

export async function conditionalKey(tenantId?: number) {
  return db
    .select()
    .from(orders)
    .where(and(eq(orders.status, 'open'), tenantId === undefined ? undefined : eq(orders.tenantId, tenantId)));
}

export async function undefinedInAnd(tenantId: number, status?: string) {
  return db
    .select()
    .from(orders)
    .where(and(eq(orders.tenantId, tenantId), status ? eq(orders.status, status) : undefined));
}

export async function pushedConditions(tenantId: number, status?: string) {
  const conditions: SQL[] = [eq(orders.tenantId, tenantId)];
  if (status) conditions.push(eq(orders.status, status));
  return db
    .select()
    .from(orders)
    .where(and(...conditions));
}

export async function dynamicBuilder(tenantId: number, status?: string) {
  let query = db.select().from(orders).where(eq(orders.tenantId, tenantId)).$dynamic();
  if (status) query = query.limit(5);
  return await query;
}

const ofTenant = (tenantId: number) => and(eq(orders.tenantId, tenantId), isNull(orders.deletedAt));

export async function conditionHelper(tenantId: number, id: number) {
  return db
    .select()
    .from(orders)
    .where(and(ofTenant(tenantId), eq(orders.id, id)));
}

export async function preparedOnce(tenantId: number) {
  const own = db.query.orders
    .findFirst({ where: eq(orders.tenantId, sql.placeholder('tenantId')) })
    .prepare('own_orders');
  return own.execute({ tenantId });
}

// ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function insertOne(tenantId: number, userId: number) {
  const [order] = await db.insert(orders).values({ tenantId, userId, total: 1 }).returning();
  return order;
}

export async function insertSeveral(tenantId: number, orderId: number) {
  await db.insert(orderItems).values([
    { tenantId, orderId, sku: 'x' },
    { tenantId, orderId, sku: 'y' },
  ]);
}

export async function insertSeveralTenants(tenantId: number, otherTenant: number) {
  await db.insert(tags).values([
    { tenantId, name: 'x' },
    { tenantId: otherTenant, name: 'x' },
  ]);
}

export async function insertMapped(tenantId: number, ids: number[]) {
  await db.insert(tags).values(ids.map((id) => ({ tenantId, name: `tag ${id}` })));
}

export async function insertPerTenant(tenantIds: number[]) {
  await db.insert(tags).values(tenantIds.map((tenantId) => ({ tenantId, name: 'new' })));
}

export async function upserted(tenantId: number, email: string, name: string) {
  await db
    .insert(users)
    .values({ tenantId, email, name })
    .onConflictDoUpdate({ target: [users.tenantId, users.email], set: { name } });
}

export async function insertedOrIgnored(tenantId: number, email: string) {
  await db.insert(users).values({ tenantId, email }).onConflictDoNothing();
}

export async function updatedByKey(tenantId: number, id: number, status: string) {
  return db
    .update(orders)
    .set({ status })
    .where(and(eq(orders.tenantId, tenantId), eq(orders.id, id)))
    .returning({ id: orders.id });
}

export async function updatedByIdOnly(id: number) {
  await db.update(orders).set({ status: 'paid' }).where(eq(orders.id, id));
}

export async function incremented(tenantId: number, id: number) {
  await db
    .update(orders)
    .set({ total: sql`${orders.total} + 1` })
    .where(and(eq(orders.tenantId, tenantId), eq(orders.id, id)));
}

export async function softDeleted(tenantId: number, ids: number[]) {
  await db
    .update(orders)
    .set({ deletedAt: new Date() })
    .where(and(eq(orders.tenantId, tenantId), inArray(orders.id, ids)));
}

export async function keyChanged(id: number, otherTenant: number) {
  await db.update(tags).set({ tenantId: otherTenant }).where(eq(tags.id, id));
}

export async function deletedByKey(tenantId: number, orderId: number) {
  await db.delete(orderItems).where(and(eq(orderItems.tenantId, tenantId), eq(orderItems.orderId, orderId)));
}

export async function deletedByIdOnly(itemId: number) {
  return db.delete(orderItems).where(eq(orderItems.id, itemId)).returning();
}

export async function deletedInSubquery(tenantId: number) {
  const mine = db.select({ id: orders.id }).from(orders).where(eq(orders.tenantId, tenantId));
  await db.delete(orderItems).where(inArray(orderItems.orderId, mine));
}

// ── transactions and raw SQL ────────────────────────────────────────────────────────────────────────────────────

export async function inTransaction(tenantId: number, userId: number) {
  return db.transaction(async (tx) => {
    const [order] = await tx.insert(orders).values({ tenantId, userId }).returning();
    await tx.insert(orderItems).values({ tenantId, orderId: order?.id ?? 0, sku: 'z' });
    await tx
      .update(users)
      .set({ name: 'Buyer' })
      .where(and(eq(users.tenantId, tenantId), eq(users.id, userId)));
    return order;
  });
}

export async function lockedRead(tenantId: number, id: number) {
  return db.transaction(async (tx) =>
    tx
      .select()
      .from(orders)
      .where(and(eq(orders.tenantId, tenantId), eq(orders.id, id)))
      .for('update'),
  );
}

export async function relationalInTransaction(tenantId: number, id: number) {
  return await db.transaction(async (tx) => {
    const found = await tx.query.orders.findFirst({ where: and(eq(orders.tenantId, tenantId), eq(orders.id, id)) });
    if (found)
      await tx
        .update(orders)
        .set({ total: found.total + 1 })
        .where(eq(orders.id, found.id));
  });
}

export async function executed(tenantId: number) {
  return db.execute(sql`select id, total from orders where tenant_id = ${tenantId} order by id`);
}

export async function executedWithTables(tenantId: number) {
  return db.execute(sql`select ${orders.id} from ${orders} where ${orders.tenantId} = ${tenantId}`);
}

export async function executedJoinedFragments(tenantId: number, status: string) {
  const filters = [sql`tenant_id = ${tenantId}`, sql`status = ${status}`];
  return db.execute(sql`select id from orders where ${sql.join(filters, sql` and `)}`);
}
