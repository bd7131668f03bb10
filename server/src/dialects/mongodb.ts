/**
 * MongoDB, so that a map can name it: its commands are documents, and libraries are read for them. What SQL text there
 * is in such a workspace belongs to another database or to a translator; no engine reads it, it goes by its words alone.
 */
import { defineDialect } from './dialect';

export const mongodb = defineDialect({
  id: 'mongodb',
  aliases: ['mongo', 'documentdb'],
  lexical: {
    identifierQuotes: [],
    stringQuotes: ["'", '"'],
    backslashEscapes: true,
    dollarQuotes: false,
    hashComments: false,
    nestedComments: false,
    questionOperators: false,
    fold: 'none',
    client: 'none',
  },
  load: async () => ({ parse: () => ({ ok: false, why: 'unsupported' }) }),
});
