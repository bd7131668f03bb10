-- Two tenants; what is loaded together with a row exists, at least twice where there may be several.
INSERT INTO plans (code, title) VALUES ('free', 'Free'), ('pro', 'Pro');
INSERT INTO settings (name, value) VALUES ('theme', 'dark'), ('locale', 'nl');
INSERT INTO tenants (id, name, plan_code) VALUES (7, 'Seven', 'pro'), (8, 'Eight', 'free');
INSERT INTO users (id, tenant_id, email, name) VALUES (3, 7, 'ada@example.com', 'Ada'), (4, 7, 'bob@example.com', 'Bob'), (5, 8, 'eve@example.com', 'Eve');
INSERT INTO profiles (id, tenant_id, user_id, bio) VALUES (1, 7, 3, 'one'), (2, 7, 4, 'two');
INSERT INTO orders (id, tenant_id, user_id, number, status, total) VALUES
  (11, 7, 3, 'A-11', 'open', 10), (12, 7, 4, 'A-12', 'open', 20), (13, 7, 4, 'A-13', 'paid', 20), (21, 8, 5, 'B-21', 'open', 30);
INSERT INTO order_items (id, tenant_id, order_id, sku, quantity) VALUES
  (101, 7, 11, 'a', 1), (102, 7, 11, 'b', 2), (103, 7, 12, 'a', 3), (104, 7, 12, 'c', 1), (201, 8, 21, 'a', 1);
INSERT INTO tags (id, tenant_id, name) VALUES (1, 7, 'gift'), (2, 7, 'rush'), (3, 8, 'gift');
INSERT INTO order_tags (tenant_id, order_id, tag_id) VALUES (7, 11, 1), (7, 11, 2), (7, 12, 1), (8, 21, 3);
