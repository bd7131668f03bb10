CREATE TABLE carts (
  tenant_id bigint NOT NULL,
  user_id bigint NOT NULL,
  items jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, user_id)
);

SELECT create_distributed_table('carts', 'tenant_id', colocate_with => 'tenants');
