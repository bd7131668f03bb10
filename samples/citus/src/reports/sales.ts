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
              1086, 1105, 1108, 1111, 1128, 1131, 1132, 1136, 1138, 1153, 1158, 1186, 1195, 1202,
              1209, 1221, 1251, 1263, 1282, 1305, 1318, 1380, 1394, 1431, 1449, 1462, 1467, 1502,
              1603, 1641, 1653, 1673, 1758, 1772, 1818, 1822, 1866, 1868, 1879, 1885, 1898, 1938,
              1963, 2026, 2049, 2098, 2107, 2117, 2131, 2138, 2150, 2157, 2165, 2168, 2179, 2191)
      GROUP BY tenant_id`,
  );
  return rows;
}
