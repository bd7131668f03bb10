/** Prisma with the extension for read replicas: who is asked by which call. */
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '@prisma/client';
import { readReplicas } from '@prisma/extension-read-replicas';

const main = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }) });
const reading = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.REPLICA_URL }) });
const prisma = main.$extends(readReplicas({ replicas: [reading] }));

export async function findMany(tenantId: number) {
  return prisma.order.findMany({ where: { tenantId } });
}

export async function findFirst(tenantId: number) {
  return prisma.order.findFirst({ where: { tenantId } });
}

export async function findUnique(id: number) {
  return prisma.order.findUnique({ where: { id } });
}

export async function count(tenantId: number) {
  return prisma.order.count({ where: { tenantId } });
}

export async function aggregate(tenantId: number) {
  return prisma.order.aggregate({ where: { tenantId }, _sum: { total: true } });
}

export async function groupBy(tenantId: number) {
  return prisma.order.groupBy({ by: ['status'], where: { tenantId }, _count: true });
}

export async function queryRaw(tenantId: number) {
  return prisma.$queryRaw`SELECT id FROM orders WHERE tenant_id = ${tenantId}`;
}

export async function create(tenantId: number) {
  return prisma.order.create({ data: { tenantId } });
}

export async function updateMany(tenantId: number, status: string) {
  return prisma.order.updateMany({ where: { tenantId }, data: { status } });
}

export async function deleteMany(tenantId: number) {
  return prisma.order.deleteMany({ where: { tenantId, id: 13 } });
}

export async function executeRaw(tenantId: number) {
  return prisma.$executeRaw`UPDATE orders SET total = 0 WHERE tenant_id = ${tenantId}`;
}

export async function forcedPrimary(tenantId: number) {
  return prisma.$primary().order.findMany({ where: { tenantId } });
}

export async function forcedReplica(tenantId: number) {
  return prisma.$replica().order.findFirst({ where: { tenantId } });
}

export async function inTransaction(tenantId: number) {
  return prisma.$transaction(async (tx) => tx.order.findMany({ where: { tenantId } }));
}

export async function inBatch(tenantId: number) {
  return prisma.$transaction([prisma.order.findMany({ where: { tenantId } })]);
}

export async function close() {
  await main.$disconnect();
  await reading.$disconnect();
}
