CREATE TABLE reviews (
  seller_id bigint NOT NULL,
  id bigint NOT NULL DEFAULT nextval('review_ids'),
  order_id bigint NOT NULL,
  stars integer NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (seller_id, id)
);

CREATE TABLE review_votes (
  seller_id bigint NOT NULL,
  review_id bigint NOT NULL,
  buyer_id bigint NOT NULL,
  PRIMARY KEY (seller_id, review_id, buyer_id)
);

CREATE TABLE coupons (
  code text PRIMARY KEY,
  percent integer NOT NULL
);
