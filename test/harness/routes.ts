import { describe, expect, test } from 'vitest';
/** Routes of statements against an inline map, as short words. */

import { findDialect } from '../../server/src/dialects';
import { explainSql } from '../../server/src/engine/explainSql';
import { memoryPlatform } from '../../server/src/platform/memory';
import type { Route } from '../../server/src/routing/route';
import { loadInlineMap } from '../../server/src/shards/load';
import { parserFor } from './parsers';

export type Router = (sql: string) => Promise<Route>;

/** Routes against a map and the files that it imports; the last statement of a text counts. */
export function routerOf(map: object, files: Readonly<Record<string, string>> = {}): Router {
  const reader = async (id: string) => {
    const dialect = findDialect(id);
    return dialect && { dialect, parser: await parserFor(dialect.id) };
  };
  const platform = memoryPlatform(new Map(Object.entries(files)));
  const loading = loadInlineMap(platform, { version: 1, ...map }, { root: '/w', readers: { parserFor: reader } });
  return async (sql) => {
    const effective = await loading;
    const dialect = findDialect(effective.map.dialect);
    if (!dialect) throw new Error(`no dialect ${effective.map.dialect}`);
    const route = explainSql(sql, effective, { dialect, parser: await parserFor(dialect.id) }).at(-1)?.route;
    if (!route) throw new Error(`not read: ${sql}`);
    return route;
  };
}

/** `single`, `scatter+join`, `refused code`. */
export const words = ({ reach, crossShard, refused }: Route): string =>
  refused ? `refused ${refused.code}` : crossShard ? `${reach}+${crossShard}` : reach;

/** Statements by topic, each with the words of its route; `!` where the router says that the answer may lack rows. */
export function routerCases(
  cases: Readonly<Record<string, Readonly<Record<string, string>>>>,
  router: (sql: string) => Promise<Route>,
): void {
  for (const [topic, statements] of Object.entries(cases))
    describe(topic, () => {
      test.each(Object.entries(statements))('%s', async (sql, expected) => {
        const route = await router(sql);
        const incomplete = route.reasons.some(({ code }) => code === 'incomplete');
        expect(`${words(route)}${incomplete ? '!' : ''}`).toBe(expected);
      });
    });
}
