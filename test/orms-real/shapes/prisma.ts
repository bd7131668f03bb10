/** Prisma: each exported function is one shape, as applications write it. The schema stands in `prisma/schema.prisma`. */
import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from '@prisma/client';

export const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }) });

// ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function findMany(tenantId: number) {
  return prisma.order.findMany({ where: { tenantId } });
}

export async function findManyByStatus(status: string) {
  return prisma.order.findMany({ where: { status }, orderBy: { createdAt: 'desc' }, take: 10 });
}

export async function findFirst(tenantId: number, status: string) {
  return prisma.order.findFirst({ where: { tenantId, status } });
}

export async function findFirstOrThrow(tenantId: number) {
  return prisma.order.findFirstOrThrow({ where: { tenantId: { equals: tenantId } } });
}

export async function findUnique(id: number) {
  return prisma.order.findUnique({ where: { id } });
}

export async function findUniqueByCompound(tenantId: number, number: string) {
  return prisma.order.findUnique({ where: { tenantId_number: { tenantId, number } } });
}

export async function findUniqueWithKey(tenantId: number, id: number) {
  return prisma.order.findUniqueOrThrow({ where: { id, tenantId } });
}

export async function selected(tenantId: number) {
  return prisma.order.findMany({ where: { tenantId }, select: { id: true, total: true } });
}

export async function distinct(tenantId: number) {
  return prisma.order.findMany({ where: { tenantId }, distinct: ['status'] });
}

export async function paged(tenantId: number, id: number) {
  return prisma.order.findMany({ where: { tenantId }, cursor: { id }, skip: 1, take: 5, orderBy: { id: 'asc' } });
}

export async function pagedByKey(tenantId: number, number: string) {
  return prisma.order.findMany({ where: { tenantId }, cursor: { tenantId_number: { tenantId, number } }, take: 5 });
}

export async function pagedMaybe(tenantId: number, id?: number) {
  return prisma.order.findMany({ where: { tenantId }, ...(id ? { cursor: { id }, skip: 1 } : {}), take: 5 });
}

export async function inList(tenantIds: number[]) {
  return prisma.order.findMany({ where: { tenantId: { in: tenantIds } } });
}

export async function notIn(tenantIds: number[]) {
  return prisma.order.findMany({ where: { tenantId: { notIn: tenantIds } } });
}

export async function range(tenantId: number) {
  return prisma.order.findMany({ where: { tenantId: { gte: tenantId } } });
}

export async function either(tenantId: number, otherTenant: number) {
  return prisma.order.findMany({ where: { OR: [{ tenantId }, { tenantId: otherTenant }] } });
}

export async function eitherColumn(tenantId: number, status: string) {
  return prisma.order.findMany({ where: { OR: [{ tenantId }, { status }] } });
}

export async function both(tenantId: number, status: string) {
  return prisma.order.findMany({ where: { AND: [{ tenantId }, { status }] } });
}

export async function not(tenantId: number) {
  return prisma.order.findMany({ where: { NOT: { tenantId } } });
}

export async function texts(tenantId: number, text: string) {
  return prisma.order.findMany({
    where: { tenantId, number: { contains: text, mode: 'insensitive' }, deletedAt: null },
  });
}

export async function conditional(tenantId: number, status?: string) {
  const where: Prisma.OrderWhereInput = { tenantId };
  if (status) where.status = status;
  return prisma.order.findMany({ where });
}

export async function conditionalKey(tenantId: number | undefined, status: string) {
  return prisma.order.findMany({ where: { status, ...(tenantId ? { tenantId } : {}) } });
}

export async function count(tenantId: number) {
  return prisma.order.count({ where: { tenantId } });
}

export async function countAll() {
  return prisma.order.count();
}

export async function aggregate(tenantId: number) {
  return prisma.order.aggregate({ where: { tenantId }, _sum: { total: true }, _max: { createdAt: true } });
}

export async function groupBy(since: Date) {
  return prisma.order.groupBy({ by: ['status'], where: { createdAt: { gte: since } }, _count: true });
}

export async function groupByTenant() {
  return prisma.order.groupBy({ by: ['tenantId'], _sum: { total: true } });
}

export async function reference(code: string) {
  return prisma.plan.findUnique({ where: { code } });
}

export async function unsharded(name: string) {
  return prisma.setting.findUnique({ where: { name } });
}

// ── relations ───────────────────────────────────────────────────────────────────────────────────────────────────

export async function included(tenantId: number) {
  return prisma.order.findMany({ where: { tenantId }, include: { items: true } });
}

export async function includedWithKey(tenantId: number) {
  return prisma.order.findMany({ where: { tenantId }, include: { items: { where: { tenantId } } } });
}

export async function includedParent(tenantId: number) {
  return prisma.order.findMany({ where: { tenantId }, include: { user: true } });
}

export async function includedTenant(tenantId: number) {
  return prisma.user.findMany({ where: { tenantId }, include: { tenant: true } });
}

export async function includedReference(id: number) {
  return prisma.tenant.findUnique({ where: { id }, include: { plan: true } });
}

export async function nestedSelect(tenantId: number) {
  return prisma.user.findMany({
    where: { tenantId },
    select: { email: true, orders: { select: { id: true, items: { select: { sku: true } } } } },
  });
}

export async function some(tenantId: number) {
  return prisma.order.findMany({ where: { tenantId, items: { some: { sku: 'a' } } } });
}

export async function none(tenantId: number) {
  return prisma.order.findMany({ where: { tenantId, items: { none: { tenantId, sku: 'a' } } } });
}

export async function ofRelation(email: string) {
  return prisma.order.findMany({ where: { user: { email } } });
}

export async function ofRelationWithKey(tenantId: number) {
  return prisma.orderItem.findMany({ where: { order: { tenantId } } });
}

export async function counted(tenantId: number) {
  return prisma.user.findMany({ where: { tenantId }, include: { _count: { select: { orders: true } } } });
}

export async function orderedByRelation(tenantId: number) {
  return prisma.order.findMany({ where: { tenantId }, orderBy: { user: { email: 'asc' } } });
}

// ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

export async function create(tenantId: number, userId: number) {
  return prisma.order.create({ data: { tenantId, userId } });
}

export async function createMany(tenantId: number, otherTenant: number) {
  return prisma.order.createMany({ data: [{ tenantId }, { tenantId: otherTenant }] });
}

export async function createManyOfOne(tenantId: number) {
  return prisma.order.createMany({ data: [{ tenantId, status: 'paid' }, { tenantId }], skipDuplicates: true });
}

export async function createManyAndReturn(tenantId: number) {
  return prisma.order.createManyAndReturn({ data: [{ tenantId }] });
}

export async function createReference(name: string) {
  return prisma.plan.create({ data: { code: 'new', title: name } });
}

export async function createUnsharded(text: string) {
  return prisma.setting.create({ data: { name: text } });
}

export async function createNested(tenantId: number) {
  return prisma.order.create({ data: { tenantId, items: { create: [{ tenantId, sku: 'x' }] } } });
}

export async function update(id: number, status: string) {
  return prisma.order.update({ where: { id }, data: { status } });
}

export async function updateWithKey(tenantId: number, id: number) {
  return prisma.order.update({ where: { id, tenantId }, data: { total: { increment: 1 } } });
}

export async function updateByCompound(tenantId: number, number: string, status: string) {
  return prisma.order.update({ where: { tenantId_number: { tenantId, number } }, data: { status } });
}

export async function updateMany(tenantId: number, status: string) {
  return prisma.order.updateMany({ where: { tenantId }, data: { status } });
}

export async function updateManyOfAll(status: string) {
  return prisma.order.updateMany({ where: { status }, data: { status: 'closed' } });
}

export async function updateManyLimited(tenantId: number, limit: number) {
  return prisma.order.updateMany({ where: { tenantId }, data: { status: 'paid' }, limit });
}

export async function removeManyLimited(tenantId: number, limit: number) {
  return prisma.orderItem.deleteMany({ where: { tenantId }, limit });
}

export async function upsert(tenantId: number, number: string) {
  return prisma.order.upsert({
    where: { tenantId_number: { tenantId, number } },
    create: { tenantId, number },
    update: { status: 'paid' },
  });
}

export async function remove(id: number) {
  return prisma.orderItem.delete({ where: { id } });
}

export async function removeWithKey(tenantId: number, itemId: number) {
  return prisma.orderItem.delete({ where: { id: itemId, tenantId } });
}

export async function removeMany(tenantId: number, orderId: number) {
  return prisma.orderItem.deleteMany({ where: { tenantId, orderId } });
}

export async function removeAll() {
  return prisma.orderItem.deleteMany();
}

// ── transactions, raw SQL, extensions, helpers ──────────────────────────────────────────────────────────────────

export async function interactive(tenantId: number, id: number) {
  await prisma.$transaction(async (tx) => {
    await tx.order.updateMany({ where: { tenantId, id }, data: { status: 'paid' } });
    await tx.orderItem.create({ data: { tenantId, orderId: id } });
  });
}

export async function batch(tenantId: number) {
  const [orders, total] = await prisma.$transaction([
    prisma.order.findMany({ where: { tenantId } }),
    prisma.order.count({ where: { tenantId } }),
  ]);
  return { orders, total };
}

export async function queryRaw(tenantId: number) {
  return prisma.$queryRaw`SELECT id FROM orders WHERE tenant_id = ${tenantId}`;
}

export async function queryRawComposed(tenantId: number, status?: string) {
  const filter = status ? Prisma.sql`AND status = ${status}` : Prisma.empty;
  return prisma.$queryRaw(Prisma.sql`SELECT id FROM orders WHERE tenant_id = ${tenantId} ${filter}`);
}

export async function queryRawJoined(tenantIds: number[]) {
  return prisma.$queryRaw`SELECT id FROM orders WHERE tenant_id IN (${Prisma.join(tenantIds)})`;
}

export async function queryRawUnsafe(status: string) {
  return prisma.$queryRawUnsafe('SELECT id FROM orders WHERE status = $1', status);
}

export async function executeRaw(tenantId: number) {
  return prisma.$executeRaw`UPDATE orders SET total = total + 1 WHERE tenant_id = ${tenantId}`;
}

const notDeleted = prisma.$extends({
  query: {
    order: {
      async findMany({ args, query }) {
        args.where = { ...args.where, deletedAt: null };
        return query(args);
      },
    },
  },
});

export async function extended(tenantId: number) {
  return notDeleted.order.findMany({ where: { tenantId } });
}

const forTenant = (tenantId: number) =>
  prisma.$extends({
    query: {
      $allModels: {
        async $allOperations({ args, query }) {
          return query({ ...args, where: { ...(args as { where?: object }).where, tenantId } } as typeof args);
        },
      },
    },
  });

export async function scoped(tenantId: number, status: string) {
  return forTenant(tenantId).order.findMany({ where: { status } });
}

const ofTenant = (tenantId: number) => ({ tenantId, deletedAt: null }) satisfies Prisma.OrderWhereInput;

export async function withFilter(tenantId: number, status: string) {
  return prisma.order.findMany({ where: { ...ofTenant(tenantId), status } });
}

export async function inRepository(tenantId: number) {
  const { client } = { client: prisma };
  return client.order.findMany({ where: { tenantId, status: 'open' } });
}

export async function keyUpdate(id: number, otherTenant: number) {
  return prisma.order.update({ where: { id }, data: { tenantId: otherTenant } });
}

export async function connected(tenantId: number, userId: number) {
  return prisma.order.create({
    data: { tenant: { connect: { id: tenantId } }, user: { connect: { id: userId } } },
  });
}

export const runs = {
  conditional: [[7], [7, 'open']],
  conditionalKey: [
    [7, 'open'],
    [undefined, 'open'],
  ],
  queryRawComposed: [[7], [7, 'open']],
  includedReference: [[7]],
  pagedMaybe: [[7], [7, 11]],
  remove: [[101]],
};

export async function close() {
  await prisma.$disconnect();
}
