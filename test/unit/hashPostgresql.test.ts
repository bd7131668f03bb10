/** The hash functions against a real PostgreSQL (PGlite): the same random values through both. */
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresqlHash } from '../../server/src/routing/hash/postgresql';
import { hashCases } from '../harness/hashCases';

describe('PostgreSQL hash functions agree with PostgreSQL', () => {
  let database: PGlite;
  beforeAll(async () => {
    database = await PGlite.create();
  });
  afterAll(() => database.close());

  for (const { type, sql, random } of hashCases)
    it(`300 random values of ${type}`, async () => {
      const values = Array.from({ length: 300 }, random);
      const { rows } = await database.query<{ h: number }>(
        `SELECT ${sql} AS h FROM unnest($1::text[]) WITH ORDINALITY u(v, i) ORDER BY i`,
        [values],
      );
      expect(values.map((value) => postgresqlHash(value, type))).toEqual(rows.map(({ h }) => Number(h) | 0));
    });
});
