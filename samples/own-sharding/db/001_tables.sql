CREATE TABLE sellers (
  seller_id bigint PRIMARY KEY,
  name text NOT NULL,
  currency char(3) NOT NULL,
  fee_class text NOT NULL DEFAULT 'standard'
);

CREATE TABLE listings (
  seller_id bigint NOT NULL,
  id bigint NOT NULL,
  sku text NOT NULL,
  title text NOT NULL,
  price_cents integer NOT NULL,
  stock integer NOT NULL DEFAULT 0,
  PRIMARY KEY (seller_id, id)
);

CREATE TABLE orders (
  seller_id bigint NOT NULL,
  id bigint NOT NULL,
  buyer_id bigint NOT NULL,
  status text NOT NULL DEFAULT 'new',
  total_cents integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (seller_id, id)
);

CREATE TABLE order_lines (
  seller_id bigint NOT NULL,
  order_id bigint NOT NULL,
  listing_id bigint NOT NULL,
  quantity integer NOT NULL,
  PRIMARY KEY (seller_id, order_id, listing_id)
);

CREATE TABLE buyers (
  buyer_id bigint PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL
);

CREATE TABLE addresses (
  buyer_id bigint NOT NULL,
  id bigint NOT NULL,
  line text NOT NULL,
  PRIMARY KEY (buyer_id, id)
);

CREATE TABLE currencies (
  code char(3) PRIMARY KEY,
  digits integer NOT NULL
);

CREATE TABLE site_settings (
  fee_class text PRIMARY KEY,
  fee_percent numeric NOT NULL
);
