CREATE TABLE users (
  id bigint unsigned NOT NULL,
  email varchar(255) NOT NULL,
  name varchar(255) NOT NULL,
  last_login datetime DEFAULT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE orders (
  id bigint unsigned NOT NULL,
  user_id bigint unsigned NOT NULL,
  status varchar(20) NOT NULL DEFAULT 'open',
  total_cents int NOT NULL,
  country_code char(2) NOT NULL,
  created_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (user_id, id)
);

CREATE TABLE order_items (
  user_id bigint unsigned NOT NULL,
  order_id bigint unsigned NOT NULL,
  product_id bigint unsigned NOT NULL,
  quantity int NOT NULL,
  PRIMARY KEY (user_id, order_id, product_id)
);

CREATE TABLE payments (
  id bigint unsigned NOT NULL,
  user_id bigint unsigned NOT NULL,
  order_id bigint unsigned NOT NULL,
  provider_ref varchar(80) NOT NULL,
  amount_cents int NOT NULL,
  status varchar(20) NOT NULL DEFAULT 'pending',
  created_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (user_id, id),
  KEY (provider_ref)
);

CREATE TABLE payment_methods (
  user_id bigint unsigned NOT NULL,
  kind varchar(20) NOT NULL,
  token varchar(255) NOT NULL,
  PRIMARY KEY (user_id, kind)
);

CREATE TABLE sessions (
  user_id bigint unsigned NOT NULL,
  token char(64) NOT NULL,
  expires_at datetime NOT NULL,
  PRIMARY KEY (user_id, token)
);

CREATE TABLE countries (
  code char(2) NOT NULL,
  name varchar(80) NOT NULL,
  PRIMARY KEY (code)
);

CREATE TABLE users_email_idx (
  email varchar(255) NOT NULL,
  keyspace_id varbinary(10) NOT NULL,
  PRIMARY KEY (email)
);

CREATE TABLE orders_id_idx (
  id bigint unsigned NOT NULL,
  keyspace_id varbinary(10) NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE payments_reference_idx (
  provider_reference varchar(80) NOT NULL,
  id bigint unsigned NOT NULL,
  keyspace_id varbinary(10) NOT NULL,
  PRIMARY KEY (provider_reference, id)
);
