import { describe, expect, it } from 'vitest';
import { addRule, readDirective } from '../../server/src/sql/directive';
import { readSuppressions, suppresses } from '../../server/src/sql/suppressions';
import { applyEdits } from '../../server/src/text/edits';
import { lineIndex } from '../../server/src/text/lineIndex';

const directive = (text: string) => readDirective(text, { start: 0, end: text.length });
const summary = (text: string) => {
  const read = directive(text);
  for (const { id, span } of read?.rules ?? []) expect(text.slice(span.start, span.end)).toBe(id);
  return read && [read.kind, read.rules.map(({ id }) => id).join(), read.reason];
};

describe('directives', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['-- shardlint-disable-next-line scatter-query: nightly report', ['next-line', 'scatter-query', 'nightly report']],
    [
      '// shardlint-disable-next-line scatter-query, cross-shard-join: why: because',
      ['next-line', 'scatter-query,cross-shard-join', 'why: because'],
    ],
    ['/* shardlint-disable-line */', ['line', '', undefined]],
    ['/* shardlint-disable scatter-query -- small table */', ['disable', 'scatter-query', 'small table']],
    ['{/* shardlint-disable-next-line scatter-query */}', ['next-line', 'scatter-query', undefined]],
    ['# shardlint-enable', ['enable', '', undefined]],
    ['/**\n * shardlint-disable-file scatter-write: seeds\n */', ['file', 'scatter-write', 'seeds']],
    ['-- shardlint-disable-line: one off', ['line', '', 'one off']],
    ['-- shardlint-disable-line scatter-query because it is small', ['line', 'scatter-query', 'because it is small']],
    ['-- shardlint-disable-nextline scatter-query', ['unknown', 'scatter-query', undefined]],
    ['-- shardlint-disable7-next-line scatter-query', ['unknown', 'scatter-query', undefined]],
    ['-- write shardlint-disable-line to silence it', undefined],
    ['-- shardlint is fine', undefined],
  ];
  for (const [text, expected] of cases) it(text, () => expect(summary(text)).toEqual(expected));

  it('take a further rule', () => {
    const text = '/* shardlint-disable-line scatter-query: small */';
    expect(applyEdits(text, [addRule(directive(text)!, 'large-in-list')!])).toBe(
      '/* shardlint-disable-line scatter-query, large-in-list: small */',
    );
    expect(addRule(directive(text)!, 'scatter-query')).toBeUndefined();
  });
});

/** The words of the text that are silenced for a rule. */
const silenced = (text: string, rule: string): string => {
  const comments = [...text.matchAll(/--.*|\/\*[\s\S]*?\*\//g)].map((m) => ({
    start: m.index,
    end: m.index + m[0].length,
  }));
  const { suppressions } = readSuppressions(lineIndex(text), comments);
  return [...text.matchAll(/\bq\d/g)]
    .filter((m) => suppressions.some((s) => suppresses(s, rule, [m.index])))
    .map((m) => m[0])
    .join(' ');
};

describe('suppressions', () => {
  it('of lines', () => {
    const text = 'q0\r\n-- shardlint-disable-next-line a\r\nq1\r\nq2 -- shardlint-disable-line\nq3\n';
    expect(silenced(text, 'a')).toBe('q1 q2');
    expect(silenced(text, 'b')).toBe('q2');
  });

  it('stacked above one line', () => {
    const text = '-- shardlint-disable-next-line a\n/* shardlint-disable-next-line b: x\n y */\nq1\nq2';
    expect(silenced(text, 'a')).toBe('q1');
    expect(silenced(text, 'b')).toBe('q1');
  });

  it('of blocks and files', () => {
    const text = 'q0\n-- shardlint-disable a, b\nq1\n-- shardlint-enable a\nq2\n-- shardlint-enable\nq3';
    expect(silenced(text, 'a')).toBe('q1');
    expect(silenced(text, 'b')).toBe('q1 q2');
    expect(silenced(`${text}\n-- shardlint-disable\nq4`, 'c')).toBe('q4');
    expect(silenced('q0\n-- shardlint-disable-file a\nq1', 'a')).toBe('q0 q1');
  });

  it('at the end of a file cover nothing', () => {
    expect(silenced('q0 /* shardlint-disable-next-line */', 'a')).toBe('');
  });
});
