import { dialects } from '../../../server/src/dialects';
import { readStatement } from '../../../server/src/dialects/readStatement';
import { splitStatements } from '../../../server/src/sql/statements';
import { parserFor } from '../../harness/parsers';
import { sqlTexts } from '../corpus';
import { mutated } from '../mutate';
import { holds, type Target, within } from '../target';

const inputs: Readonly<Record<string, number>> = { postgresql: 120_000, mysql: 100_000, mariadb: 20_000 };

/** Any text gives queries or a reason why not; every span of a query lies in its statement. */
export const adapters: readonly Target[] = dialects.map((dialect) => ({
  id: `dialect:${dialect.id}`,
  inputs: inputs[dialect.id] ?? 5_000,
  prepare: async () => {
    const parser = await parserFor(dialect.id);
    return {
      make: (random) => [mutated(random, sqlTexts)],
      async run([text = '']) {
        for (const statement of splitStatements(text, dialect.lexical, { client: true }).statements) {
          const read = readStatement(parser, dialect.lexical, text, statement);
          if (read.ok) spansWithin(read.query, statement.span.end - statement.span.start);
        }
        // A module that gave way is replaced between turns.
        await null;
      },
    };
  },
}));

function spansWithin(data: unknown, length: number, depth = 0): void {
  if (typeof data !== 'object' || data === null || depth > 2000) return;
  if (Array.isArray(data)) {
    for (const one of data) spansWithin(one, length, depth + 1);
    return;
  }
  for (const [key, value] of Object.entries(data)) {
    if (/^span$|Span$/.test(key) && value)
      holds(within(value, length), () => `${key} ${JSON.stringify(value)} of ${length}`);
    else spansWithin(value, length, depth + 1);
  }
}
