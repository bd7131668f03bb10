CREATE TABLE categories (
  id int unsigned NOT NULL AUTO_INCREMENT,
  name varchar(80) NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE products (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  category_id int unsigned NOT NULL,
  name varchar(255) NOT NULL,
  price_cents int NOT NULL,
  stock int NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  KEY (category_id)
);

CREATE TABLE countries (
  code char(2) NOT NULL,
  name varchar(80) NOT NULL,
  PRIMARY KEY (code)
);

CREATE TABLE user_seq (id int, next_id bigint, cache bigint, PRIMARY KEY (id)) COMMENT 'vitess_sequence';
CREATE TABLE order_seq (id int, next_id bigint, cache bigint, PRIMARY KEY (id)) COMMENT 'vitess_sequence';
CREATE TABLE payment_seq (id int, next_id bigint, cache bigint, PRIMARY KEY (id)) COMMENT 'vitess_sequence';
