/** PostgreSQL and what speaks its language, read by PostgreSQL's own grammar. */
import { limits } from '../platform/platform';
import { defineDialect, type Parsed, type SqlParser } from './dialect';
import { type LibpgQuery, loadLibpgQuery } from './engines/libpgQuery';
import { makeSource } from './postgresql/source';
import { lowerStatement } from './postgresql/statement';

const engine = 'libpg-query 18';
const unsupported: Parsed = { ok: false, why: 'unsupported' };
const tooLarge: Parsed = { ok: false, why: 'too-large' };

const parserOver = (library: LibpgQuery): SqlParser => ({
  parse(text, stands) {
    if (text.length > limits.statementChars) return tooLarge;
    const source = makeSource(text);
    if (source.depth > limits.nesting) return tooLarge;
    const raw = library.parse(text);
    if (!raw.ok) return raw;
    const [first, ...more] = raw.tree.stmts ?? [];
    if (first?.stmt === undefined || more.length > 0) return unsupported;
    try {
      return { ok: true, query: lowerStatement(first.stmt, source, stands), engine, shallow: false };
    } catch {
      // The only thing that may fail here is the stack, on a chain of thousands of operators.
      return tooLarge;
    }
  },
});

export const postgresql = defineDialect({
  id: 'postgresql',
  aliases: ['postgres', 'pg', 'citus', 'cockroachdb', 'yugabytedb'],
  lexical: {
    identifierQuotes: ['"'],
    stringQuotes: ["'"],
    backslashEscapes: false,
    dollarQuotes: true,
    hashComments: false,
    nestedComments: true,
    questionOperators: true,
    fold: 'lower',
    client: 'psql',
  },
  load: async (platform) => parserOver(await loadLibpgQuery(await platform.wasm('libpg-query.wasm'))),
});
