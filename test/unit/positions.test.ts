import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type HostReader, stringMap, type Value } from '../../server/src/hosts/host';
import typescript from '../../server/src/hosts/typescript';
import { memoryPlatform } from '../../server/src/platform/memory';
import { lex } from '../../server/src/sql/lexer';
import type { Lexical } from '../../server/src/sql/lexical';
import { restoreOffset, standIn } from '../../server/src/sql/placeholders';
import type { Hole } from '../../server/src/sql/standIns';
import { splitStatements } from '../../server/src/sql/statements';
import { isTrivia } from '../../server/src/sql/token';
import type { Literal } from '../../server/src/text/literal';
import { editSource, type SourceMap, sourceMap, toGenerated, toSource } from '../../server/src/text/sourceMap';
import { mysql, postgres } from '../harness/lexicals';

const dialects = fc.constantFrom<Lexical>(postgres, mysql);

/** Pieces of SQL as people write them, and hostile ones. */
const piece = fc.oneof(
  fc.constantFrom(
    'SELECT',
    'FROM',
    'where',
    'tenant_id',
    'größe',
    '表',
    '𝒯able',
    'a.b',
    't_1',
    '$1',
    ':id',
    '?',
    '@x',
    '%s',
  ),
  fc.constantFrom("'x'", "'it''s'", "'é𝒳'", '"Q q"', '`b`', "E'\\n'", '$$ a; $$', '$é$ b $é$', "'\\\\'", "''"),
  fc.constantFrom('=', '<>', '->>', '::', ',', '(', ')', ';', '*', '-', '||', '1', '2.5', '1e3', '[', ']', '{', '}'),
  fc.constantFrom('-- c 𝒳\n', '/* d */', '/*+ hint */', '# e\n', '\r\n', '\n', '\t', '  ', '\n\nSELECT '),
);
/** Openings without an end. */
const broken = fc.constantFrom(
  "'",
  '"',
  '`',
  '/*',
  '$$',
  '$a$',
  "E'",
  '\\',
  '/*!',
  '\\.',
  'DELIMITER x\n',
  'COPY t FROM stdin;\n',
  'BEGIN',
);
const hole = fc.constantFrom('id', "a ? 'x' : `y`", 'f("`")', '/* } */ x', "'", '{ a: 1 }');

type Part = { readonly hole: boolean; readonly text: string };
const parts = (inner: fc.Arbitrary<string>): fc.Arbitrary<readonly Part[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc
          .tuple(inner, fc.constantFrom(' ', '', '\n', '\r\n'))
          .map(([a, b]) => ({ hole: false, text: a + b })),
      },
      { weight: 1, arbitrary: hole.map((text) => ({ hole: true, text })) },
    ),
    { maxLength: 30 },
  );

interface Written {
  readonly source: string;
  readonly text: string;
  readonly map: SourceMap;
  readonly holes: readonly Hole[];
}

const quotes = { single: "'", double: '"', template: '`' } as const;
const escaped = (c: string, style: number): string => {
  const code = c.codePointAt(0)!;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  if (style === 1 && code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return `\\u${code.toString(16).padStart(4, '0')}`;
};

/** Writes the parts as JavaScript: string literals of every kind, escapes by chance, holes and concatenations. */
const write = (all: readonly Part[], choices: readonly number[]): Written => {
  const builder = sourceMap(0);
  const holes: Hole[] = [];
  let [source, next, length] = ['const q = ', 0, 0];
  const choose = (n: number): number => (choices[next++ % Math.max(1, choices.length)] ?? 0) % n;
  const kind = (): keyof typeof quotes => (['template', 'single', 'double'] as const)[choose(3)]!;
  let literal = kind();
  source += quotes[literal];
  for (const part of all) {
    if (part.hole) {
      const start = source.length + (literal === 'template' ? 0 : 4);
      source += literal === 'template' ? `\${${part.text}}` : `${quotes[literal]} + (${part.text}) + `;
      const end = literal === 'template' ? source.length : source.length - 3;
      const text = source.slice(start, end);
      builder.hole(text, { start, end });
      holes.push({ span: { start: length, end: length + text.length }, kind: 'unknown', id: part.text });
      length += text.length;
      if (literal !== 'template') source += quotes[literal];
      continue;
    }
    if (choose(5) === 0) {
      source += `${quotes[literal]} + `;
      literal = kind();
      source += quotes[literal];
    }
    for (const c of part.text.match(/\r\n|[\s\S]/gu) ?? []) {
      const start = source.length;
      const quoted: Literal = literal;
      if (c === '\r\n' && literal === 'template') {
        source += c;
        builder.escape('\n', { start, end: source.length }, quoted);
        length += 1;
        continue;
      }
      for (const one of c) {
        const special =
          one === '\\' ||
          one === quotes[literal] ||
          /[\r\u2028]/.test(one) ||
          (literal === 'template' ? one === '$' : one === '\n');
        const from = source.length;
        const style = choose(6);
        if (special || style < 2) {
          source += escaped(one, style);
          builder.escape(one, { start: from, end: source.length }, quoted);
        } else {
          source += one;
          builder.verbatim(one, from, quoted);
        }
        length += one.length;
      }
    }
  }
  return { source: source + quotes[literal], holes, ...builder.finish() };
};

const decode = (slice: string): string => {
  const quote = slice.includes('`') ? (slice.includes("'") ? '"' : "'") : '`';
  const body = slice.replace(/\r\n|\n/g, quote === '`' ? '\n' : '\\n').replace(/\$\{/g, '$\\{');
  return new Function(`return ${quote}${body}${quote}`)() as string;
};

/** Every token that stands in one literal reads, in the source, as what it is in the SQL. */
const checkTokens = ({ source, text, map, holes }: Written, lexical: Lexical): void => {
  for (const token of lex(text, lexical, { holes })) {
    const { start, end } = toSource(map, token);
    const slice = source.slice(start, end);
    const own = text.slice(token.start, token.end);
    expect(slice).not.toBe('');
    if (token.kind === 'hole') expect(slice).toBe(own);
    else if (token.holed) expect(holes.some((h) => slice.includes(text.slice(h.span.start, h.span.end)))).toBe(true);
    else if (pieces(map, token) === 1) expect(decode(slice)).toBe(own);
  }
};

/** How many runs of source text a span is made of. */
const pieces = (map: SourceMap, span: { start: number; end: number }): number => {
  const touched = map.segments.filter((s) => s.gen < span.end && s.gen + s.len > span.start);
  return touched.filter((s, i) => i === 0 || touched[i - 1]!.src + touched[i - 1]!.srcLen !== s.src).length;
};

describe('positions', () => {
  it('every token maps back to its own text, whatever the quoting', () => {
    fc.assert(
      fc.property(
        parts(piece),
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }),
        dialects,
        (all, choices, lexical) => {
          checkTokens(write(all, choices), lexical);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('what may be edited is changed in the SQL as it is in the source', () => {
    fc.assert(
      fc.property(
        parts(piece),
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }),
        fc.nat(),
        (all, choices, n) => {
          const { source, text, map, holes } = write(
            all.filter((p) => !p.hole),
            choices,
          );
          const tokens = lex(text, postgres, { holes });
          const token = tokens[n % Math.max(1, tokens.length)];
          const edit = token && editSource(map, { span: { start: token.start, end: token.end }, text: "'x\\`${y" });
          if (token === undefined || edit === undefined) return;
          const changed = source.slice(0, edit.span.start) + edit.text + source.slice(edit.span.end);
          const sql = new Function(`${changed}; return q`)() as string;
          expect(sql).toBe(`${text.slice(0, token.start)}'x\\\`\${y${text.slice(token.end)}`);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('the cursor goes to the SQL and back', () => {
    fc.assert(
      fc.property(
        parts(piece),
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }),
        fc.nat(),
        (all, choices, n) => {
          const { text, map } = write(all, choices);
          const offset = n % (text.length + 1);
          const { start } = toSource(map, { start: offset, end: offset });
          const back = toGenerated(map, start);
          if (text.length > 0) expect(back).toBeDefined();
          if (map.segments.some((s) => s.kind === 'verbatim' && s.gen <= offset && offset < s.gen + s.len))
            expect(back).toBe(offset);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the TypeScript host', () => {
  let reader: HostReader;
  beforeAll(async () => {
    reader = await typescript.load(memoryPlatform(new Map()));
  });

  const join = (
    value: Value,
    builder: ReturnType<typeof sourceMap>,
    source: string,
    holes: Hole[],
    at: number,
  ): number => {
    const push = (span: { start: number; end: number }): number => {
      const text = source.slice(span.start, span.end);
      builder.hole(text, span);
      holes.push({ span: { start: at, end: at + text.length }, kind: 'unknown', id: text });
      return at + text.length;
    };
    if (value.kind === 'binary')
      return join(value.right, builder, source, holes, join(value.left, builder, source, holes, at));
    if (value.kind === 'literal' && typeof value.value === 'string') {
      builder.append(value.value, stringMap(value));
      return at + value.value.length;
    }
    if (value.kind !== 'template') return push(value.span);
    let end = at;
    for (const part of value.parts) {
      if (part.kind === 'text') {
        builder.append(part.text, part.map);
        end += part.text.length;
      } else {
        const text = source.slice(part.span.start, part.span.end);
        builder.hole(text, part.span);
        holes.push({ span: { start: end, end: end + text.length }, kind: 'unknown', id: text });
        end += text.length;
      }
    }
    return end;
  };

  it('gives maps under which every token maps back to its own text', () => {
    fc.assert(
      fc.property(
        parts(piece),
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }),
        dialects,
        (all, choices, lexical) => {
          const { source, text } = write(all, choices);
          const statement = reader.read('/a.ts', source).functions[0]!.body[0]!;
          if (statement.kind !== 'declare' || statement.value === undefined) throw new Error(source);
          const holes: Hole[] = [];
          const builder = sourceMap(0);
          join(statement.value, builder, source, holes, 0);
          const read = builder.finish();
          if (!all.some((p) => p.hole)) expect(read.text).toBe(text);
          checkTokens({ source, holes: holes.filter(({ span }) => span.end > span.start), ...read }, lexical);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('any text', () => {
  const anything = fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: piece },
        { weight: 2, arbitrary: broken },
        fc.string({ unit: 'binary', maxLength: 4 }),
      ),
    )
    .map((all) => all.join(''));

  it('is covered by tokens and white space, and by statements and what separates them', () => {
    fc.assert(
      fc.property(anything, dialects, fc.boolean(), (text, lexical, client) => {
        let at = 0;
        const tokens = lex(text, lexical, { client });
        for (const { start, end } of tokens) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(at, start).trim()).toBe('');
          at = end;
        }
        expect(text.slice(at).trim()).toBe('');
        const { statements } = splitStatements(text, lexical, { client });
        at = 0;
        const between = (end: number): void => {
          const rest = tokens.filter((t) => t.start >= at && t.end <= end && t.start < end);
          expect(rest.every((t) => t.kind === 'terminator' || isTrivia(t))).toBe(true);
        };
        for (const { span } of statements) {
          expect(span.start).toBeGreaterThanOrEqual(at);
          between(span.start);
          at = span.end;
        }
        between(text.length);
      }),
      { numRuns: 500 },
    );
  });

  it('is prepared for an engine without moving anything that is not a stand-in', () => {
    fc.assert(
      fc.property(anything, dialects, (text, lexical) => {
        for (const statement of splitStatements(text, lexical).statements) {
          const prepared = standIn(text, statement, lexical);
          const size = statement.span.end - statement.span.start;
          expect(restoreOffset(prepared.text.length, prepared.grown)).toBe(size);
          if (prepared.grown.length === 0) expect(prepared.text).toHaveLength(size);
          for (const [offset, { length }] of prepared.stand)
            expect(offset + length).toBeLessThanOrEqual(prepared.text.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is cut in linear time', () => {
    const hostile = [
      "'",
      "'\n\nselect ",
      '/*',
      '/* \n\nselect ',
      '$$',
      '(',
      "E'\\",
      '"',
      '{{',
      '$a$ \n\nselect $b',
      '?',
      '::',
      '\\',
      '%(',
      '${',
      '#{',
      'BEGIN ',
    ];
    for (const lexical of [postgres, mysql]) {
      for (const unit of hostile) {
        const time = (n: number): number => {
          const units = Array.from({ length: n }, (_, i) => (unit.includes('$b') ? unit + i : unit));
          const text = `CREATE FUNCTION ${units.join('')}`;
          const start = performance.now();
          splitStatements(text, lexical, { client: true });
          return performance.now() - start;
        };
        // Four times the text: four times the time, and sixteen times it would be if something were quadratic.
        const slow = (): boolean => time(60_000) > 12 * time(15_000) + 300;
        expect(slow() && slow() && slow(), unit).toBe(false);
      }
    }
  }, 60_000);
});
