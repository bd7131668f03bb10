/** The hash functions against a real PostgreSQL (PGlite): the same random values through both. */
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresqlHash } from '../../server/src/routing/hash/postgresql';
import { hashCases } from '../harness/hashCases';

const runs = Number(process.env.HASH_RUNS ?? 300);

describe('PostgreSQL hash functions agree with PostgreSQL', () => {
  let database: PGlite;
  beforeAll(async () => {
    database = await PGlite.create();
  }, 120_000);
  afterAll(() => database.close());

  for (const { type, sql, random } of hashCases)
    it(`${runs} random values of ${type}`, async () => {
      const values = Array.from({ length: runs }, random);
      const { rows } = await database.query<{ h: number }>(
        `SELECT ${sql} AS h FROM unnest($1::text[]) WITH ORDINALITY u(v, i) ORDER BY i`,
        [values],
      );
      expect(values.map((value) => postgresqlHash(value, type))).toEqual(rows.map(({ h }) => Number(h) | 0));
    });
});
