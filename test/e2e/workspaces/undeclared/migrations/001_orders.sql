CREATE TABLE orders (id bigint NOT NULL, tenant_id bigint NOT NULL, status text, PRIMARY KEY (tenant_id, id));

SELECT create_distributed_table('orders', 'tenant_id');
