SELECT create_reference_table('countries');
SELECT create_distributed_table('tenants', 'id', shard_count => 16);
SELECT create_distributed_table('users', 'tenant_id', colocate_with => 'tenants');
SELECT create_distributed_table('products', 'tenant_id', colocate_with => 'tenants');
SELECT create_distributed_table('orders', 'tenant_id', colocate_with => 'tenants');
SELECT create_distributed_table('order_items', 'tenant_id', colocate_with => 'tenants');

ALTER TABLE order_items
  ADD FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id),
  ADD FOREIGN KEY (tenant_id, product_id) REFERENCES products (tenant_id, id);
ALTER TABLE orders ADD FOREIGN KEY (country_code) REFERENCES countries (code);
