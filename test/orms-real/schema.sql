-- The shop that every library is run on. Sharded by tenant, but for plans (a copy on every shard) and settings (on none).
CREATE TABLE plans (code text PRIMARY KEY, title text NOT NULL);
CREATE TABLE settings (id serial PRIMARY KEY, name text NOT NULL UNIQUE, value text);
CREATE TABLE tenants (
  id serial PRIMARY KEY,
  name text NOT NULL,
  plan_code text REFERENCES plans (code)
);
CREATE TABLE users (
  id serial PRIMARY KEY,
  tenant_id integer NOT NULL REFERENCES tenants (id),
  email text NOT NULL,
  name text,
  deleted_at timestamptz,
  UNIQUE (tenant_id, email)
);
CREATE TABLE profiles (
  id serial PRIMARY KEY,
  tenant_id integer NOT NULL REFERENCES tenants (id),
  user_id integer NOT NULL UNIQUE REFERENCES users (id),
  bio text
);
CREATE TABLE orders (
  id serial PRIMARY KEY,
  tenant_id integer NOT NULL REFERENCES tenants (id),
  user_id integer REFERENCES users (id),
  number text,
  status text NOT NULL DEFAULT 'open',
  total integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  UNIQUE (tenant_id, number)
);
CREATE TABLE order_items (
  id serial PRIMARY KEY,
  tenant_id integer NOT NULL REFERENCES tenants (id),
  order_id integer NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  sku text NOT NULL DEFAULT 'a',
  quantity integer NOT NULL DEFAULT 1
);
CREATE TABLE tags (
  id serial PRIMARY KEY,
  tenant_id integer NOT NULL REFERENCES tenants (id),
  name text NOT NULL
);
CREATE TABLE order_tags (
  tenant_id integer NOT NULL DEFAULT 7 REFERENCES tenants (id),
  order_id integer NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  tag_id integer NOT NULL REFERENCES tags (id),
  PRIMARY KEY (order_id, tag_id)
);
