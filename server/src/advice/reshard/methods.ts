/** Ways in which rows are placed on servers. */
export const methods = [
  'modulo',
  'virtual-shards',
  'ring',
  'range-split',
  'balancer',
  'list',
  'directory',
  'time',
] as const;
export type Method = (typeof methods)[number];
