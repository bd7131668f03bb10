/** Columns whose values are places, by their names: nothing else in a schema says so. */
import { wordsOf } from './keyEvidence';
import type { KeyColumn, ShardKey } from './shardKeys';

const always =
  /^(?:\w+_)?(?:country|country_(?:code|iso|id)|county|city|city_id|town|province|prefecture|zip|zip_?code|postal|post_?code|postal_code|continent|geohash|lat|latitude|lng|lon|longitude|locale|time_?zone|tz|territory|region|region_(?:code|id)|market|market_code)$/;

/** A state of the union, or the state of an order. */
const beside = /^(?:\w+_)?state(?:_code|_id)?$/;

/** Where machines stand is chosen by whoever places them. */
const ofMachines =
  /(?:^|_)(?:aws|gcp|azure|cloud|server|deploy\w*|cluster|node|infra\w*|dc|data_?center|crdb|bucket|storage)(?:_|$)/;
const machineRegion = /^[a-z]{2,}-[a-z]+-?\d/;

export function isPlace({ name, type, facts }: KeyColumn): boolean {
  const snake = wordsOf(name).join('_');
  if (/^(?:uuid|bool|json|timestamp|date)/.test(type) || ofMachines.test(snake)) return false;
  const allowed = facts?.allowed?.values ?? [];
  if (allowed.length > 0 && allowed.every((value) => machineRegion.test(value))) return false;
  return always.test(snake);
}

/** As `isPlace`, with a look at the columns around it. */
export function isPlaceIn(column: KeyColumn, { ddl, table }: ShardKey): boolean {
  if (isPlace(column)) return true;
  if (!beside.test(wordsOf(column.name).join('_')) || column.facts?.allowed) return false;
  const others = ddl ? [...ddl.columns.keys()] : [...table.columns.keys()];
  return others.some((name) => name !== column.name && isPlace({ name, type: '', facts: undefined }));
}
