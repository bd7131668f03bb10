import { limits } from '../../platform/platform';
import type { StandIns } from '../../sql/standIns';
import type { Parsed, SqlParser } from '../dialect';
import { Cursor, Refusal } from './cursor';
import { readStatement } from './statement';
import { readTokens } from './tokens';

/** Shardlint's own reader of MySQL, MariaDB and Vitess SQL; why it is not a package: docs/decisions/0002. */
export const mysqlReader = (engine: string): SqlParser => ({
  parse(text, stands) {
    if (text.length > limits.statementChars) return { ok: false, why: 'too-large' };
    return read(text, stands, engine);
  },
});

const read = (text: string, stands: StandIns, engine: string): Parsed => {
  const tokens = readTokens(text, stands);
  if (!tokens) return { ok: false, why: 'incomplete' };
  if (tokens.depth > limits.nesting) return { ok: false, why: 'too-large' };
  const c = new Cursor(text, tokens);
  try {
    const query = readStatement(c);
    while (c.takeOp(';'));
    if (!c.atEnd()) c.fail();
    return { ok: true, query, engine, shallow: false };
  } catch (refusal) {
    if (refusal instanceof Refusal) return { ok: false, why: refusal.why };
    // Nothing else is thrown but for the stack, which the nesting cap keeps from overflowing.
    if (refusal instanceof RangeError) return { ok: false, why: 'too-large' };
    throw refusal;
  }
};
