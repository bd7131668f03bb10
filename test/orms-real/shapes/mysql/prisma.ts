/** Prisma on MySQL: what this dialect has beside and instead of the shapes of every dialect. */
import { prisma } from '../prisma';

export * from '../prisma';

/** Rows are not returned by an insert of several, and texts have no mode. */
export const without = ['createManyAndReturn'];

export async function texts(tenantId: number, text: string) {
  return prisma.order.findMany({ where: { tenantId, number: { contains: text }, deletedAt: null } });
}

export async function createdAndRead(tenantId: number, userId: number) {
  const { id } = await prisma.order.create({ data: { tenantId, userId } });
  return prisma.order.findFirst({ where: { id, tenantId } });
}

export async function queryRawUnsafe(status: string) {
  return prisma.$queryRawUnsafe('SELECT `id` FROM `orders` WHERE `status` = ?', status);
}

export async function executeRawUpsert(tenantId: number, email: string) {
  return prisma.$executeRaw`INSERT INTO users (tenant_id, email) VALUES (${tenantId}, ${email}) ON DUPLICATE KEY UPDATE email = VALUES(email)`;
}

export async function executeRawIgnored(tenantId: number, email: string) {
  return prisma.$executeRawUnsafe('INSERT IGNORE INTO users (tenant_id, email) VALUES (?, ?)', tenantId, email);
}
