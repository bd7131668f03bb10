/** Prisma: each way to send SQL text. */
import { Prisma } from '@prisma/client';
import { prisma } from '../prisma';

export { close } from '../prisma';

/** `` $queryRaw`…` `` */
export async function queryRaw(tenantId: number) {
  return prisma.$queryRaw`SELECT id FROM orders WHERE tenant_id = ${tenantId}`;
}

/** `` $queryRaw(Prisma.sql`…`) `` */
export async function queryRawCalled(tenantId: number) {
  return prisma.$queryRaw(Prisma.sql`SELECT id FROM orders WHERE tenant_id = ${tenantId}`);
}

/** `$queryRawUnsafe(text, …values)` */
export async function queryRawUnsafe(tenantId: number) {
  return prisma.$queryRawUnsafe('SELECT id FROM orders WHERE tenant_id = $1', tenantId);
}

/** `$queryRawUnsafe` with a template */
export async function queryRawTemplate(tenantId: number) {
  return prisma.$queryRawUnsafe(`SELECT id FROM orders WHERE tenant_id = ${tenantId}`);
}

/** `` $executeRaw`…` `` */
export async function executeRaw(tenantId: number) {
  return prisma.$executeRaw`UPDATE orders SET total = 0 WHERE tenant_id = ${tenantId}`;
}

/** `$executeRawUnsafe(text, …values)` */
export async function executeRawUnsafe(tenantId: number) {
  return prisma.$executeRawUnsafe('DELETE FROM order_items WHERE tenant_id = $1', tenantId);
}

/** nested `` Prisma.sql`…` `` */
export async function nested(tenantId: number) {
  const filter = Prisma.sql`tenant_id = ${tenantId}`;
  return prisma.$queryRaw`SELECT id FROM orders WHERE ${filter}`;
}

/** `Prisma.join(values)` */
export async function joined(tenantIds: number[]) {
  return prisma.$queryRaw`SELECT id FROM orders WHERE tenant_id IN (${Prisma.join(tenantIds)})`;
}

/** `Prisma.join(fragments, separator)` */
export async function joinedFragments(tenantId: number, status: string) {
  const filters = [Prisma.sql`tenant_id = ${tenantId}`, Prisma.sql`status = ${status}`];
  return prisma.$queryRaw`SELECT id FROM orders WHERE ${Prisma.join(filters, ' AND ')}`;
}

/** `Prisma.raw` */
export async function raw(tenantId: number) {
  return prisma.$queryRaw`SELECT id FROM ${Prisma.raw('orders')} WHERE tenant_id = ${tenantId}`;
}

/** `Prisma.empty` */
export async function empty(tenantId: number, status?: string) {
  return prisma.$queryRaw`SELECT id FROM orders WHERE tenant_id = ${tenantId} ${status ? Prisma.sql`AND status = ${status}` : Prisma.empty}`;
}

/** within `$transaction(async tx)` */
export async function inTransaction(tenantId: number) {
  await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`UPDATE orders SET total = 0 WHERE tenant_id = ${tenantId}`;
  });
}

/** within `$transaction([…])` */
export async function inBatch(tenantId: number) {
  await prisma.$transaction([prisma.$executeRaw`UPDATE orders SET total = 0 WHERE tenant_id = ${tenantId}`]);
}

export const runs = { empty: [[7], [7, 'open']] };
