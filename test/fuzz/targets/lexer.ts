import { dialects } from '../../../server/src/dialects';
import { lex } from '../../../server/src/sql/lexer';
import { standIn } from '../../../server/src/sql/placeholders';
import type { Hole } from '../../../server/src/sql/standIns';
import { splitStatements } from '../../../server/src/sql/statements';
import { sqlTexts } from '../corpus';
import { mutated } from '../mutate';
import { holds, type Target, within } from '../target';

/** Tokens are in order and within the text; statements do not overlap; stand-ins move nothing. */
export const lexer: Target = {
  id: 'lexer',
  inputs: 250_000,
  prepare: async () => ({
    make: (random) => [mutated(random, sqlTexts), String(random.int(dialects.length)), String(random.int(3))],
    run([text = '', which, mode]) {
      const { lexical } = dialects[Number(which) % dialects.length]!;
      const holes: Hole[] = mode === '2' ? holesIn(text) : [];
      const options = { client: mode === '1', holes };
      let before = 0;
      for (const { start, end } of lex(text, lexical, options)) {
        holds(start >= before && end > start && end <= text.length, () => `token ${start}–${end} after ${before}`);
        before = end;
      }
      let last = 0;
      for (const statement of splitStatements(text, lexical, options).statements) {
        holds(statement.span.start >= last && within(statement.span, text.length), () => 'statements in order');
        last = statement.span.end;
        const prepared = standIn(text, statement, lexical, holes);
        for (const at of prepared.stand.keys()) holds(at >= 0 && at <= prepared.text.length, () => `stand-in at ${at}`);
      }
    },
  }),
};

const holesIn = (text: string): Hole[] =>
  [...text.matchAll(/\$\{[^}]*\}|\$\d|:\w+/g)].map(([id], i, all) => {
    const start = all[i]?.index ?? 0;
    const kind = (['value', 'identifier', 'fragment', 'unknown', 'list'] as const)[i % 5] ?? 'value';
    return { span: { start, end: start + id.length }, kind, id };
  });
