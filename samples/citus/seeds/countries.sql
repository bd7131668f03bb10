INSERT INTO countries (code, name, vat_percent) VALUES
  ('AT', 'Austria', 20),
  ('DE', 'Germany', 19),
  ('NL', 'Netherlands', 21);
