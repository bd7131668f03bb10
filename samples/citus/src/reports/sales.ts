import { pool } from '../db/pool.js';

export async function salesByCountry(tenantId: string) {
  const { rows } = await pool.query(
    `SELECT c.name, sum(o.total_cents) AS total
       FROM orders o
       JOIN countries c ON c.code = o.country_code
      WHERE o.tenant_id = $1
      GROUP BY c.name`,
    [tenantId],
  );
  return rows;
}

export async function dailyRevenue() {
  const { rows } = await pool.query(
    `SELECT date_trunc('day', created_at) AS day, sum(total_cents) AS total
       FROM orders
      GROUP BY 1
      ORDER BY 1`,
  );
  return rows;
}

export async function topProducts() {
  const { rows } = await pool.query(
    `SELECT p.name, sum(i.quantity) AS sold
       FROM order_items i
       JOIN products p ON p.id = i.product_id
      GROUP BY p.name
      ORDER BY sold DESC
      LIMIT 10`,
  );
  return rows;
}

export async function topProductsOf(tenantId: string) {
  const { rows } = await pool.query(
    `SELECT p.name, sum(i.quantity) AS sold
       FROM order_items i
       JOIN products p ON p.tenant_id = i.tenant_id AND p.id = i.product_id
      WHERE i.tenant_id = $1
      GROUP BY p.name
      ORDER BY sold DESC
      LIMIT 10`,
    [tenantId],
  );
  return rows;
}

/** What visitors looked at before they bought. */
export async function viewsBeforeOrder(tenantId: string) {
  const { rows } = await pool.query(
    `SELECT o.id, count(*) AS views
       FROM orders o
       JOIN events e ON e.tenant_id = o.tenant_id
      WHERE o.tenant_id = $1 AND e.kind = 'view' AND e.created_at < o.created_at
      GROUP BY o.id`,
    [tenantId],
  );
  return rows;
}

export async function ordersWithoutUser() {
  const { rows } = await pool.query(
    `SELECT o.tenant_id, o.id
       FROM orders o
       LEFT JOIN users u ON u.id = o.user_id
      WHERE u.id IS NULL`,
  );
  return rows;
}

/** The shops that try the new check-out. */
export async function pilotRevenue() {
  const { rows } = await pool.query(
    `SELECT tenant_id, sum(total_cents) AS total
       FROM orders
      WHERE tenant_id IN (
              1012, 1047, 1101, 1133, 1150, 1178, 1204, 1219, 1266, 1290,
              1312, 1345, 1377, 1401, 1428, 1455, 1483, 1502, 1539, 1561,
              1588, 1604, 1637, 1662, 1690, 1715, 1748, 1773, 1801, 1836,
              1859, 1884, 1912, 1947, 1970, 2003, 2031, 2066, 2092, 2118)
      GROUP BY tenant_id`,
  );
  return rows;
}
