import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/text/edits';
import { lineIndex, offsetAt, positionAt } from '../../server/src/text/lineIndex';
import { encode } from '../../server/src/text/literal';
import {
  editable,
  editSource,
  insertion,
  sliceMap,
  sourceMap,
  toGenerated,
  toSource,
} from '../../server/src/text/sourceMap';
import { type Span, span } from '../../server/src/text/span';

// `a = \'x\' AND b = ${id}` + ' LIMIT 1', as a host would read it.
const source = "q(`a = \\'x\\' AND b = ${id}` + ' LIMIT 1')";
const at = (needle: string): Span => span(source.indexOf(needle), source.indexOf(needle) + needle.length);
const { text, map } = sourceMap(3)
  .verbatim('a = ', 3, 'template')
  .escape("'", span(7, 9), 'template')
  .verbatim('x', 9, 'template')
  .escape("'", span(10, 12), 'template')
  .verbatim(' AND b = ', 12, 'template')
  .hole('${id}', at('${id}'))
  .verbatim(' LIMIT 1', at(' LIMIT').start, 'single')
  .finish();
const gen = (needle: string): Span => span(text.indexOf(needle), text.indexOf(needle) + needle.length);

describe('source map', () => {
  it('answers for verbatim text, escapes, holes and what spans several', () => {
    expect(text).toBe("a = 'x' AND b = ${id} LIMIT 1");
    expect(toSource(map, gen('AND'))).toEqual(at('AND'));
    expect(toSource(map, gen("'x'"))).toEqual(at("\\'x\\'"));
    expect(toSource(map, gen('{i'))).toEqual(at('${id}'));
    expect(toSource(map, gen('b = ${id} LIMIT'))).toEqual(at("b = ${id}` + ' LIMIT"));
  });

  it('lets only contiguous verbatim text be edited', () => {
    expect(editable(map, gen('AND b'))).toEqual(at('AND b'));
    expect(editable(map, gen("'x'"))).toBeUndefined();
    expect(editable(map, gen('${id}'))).toBeUndefined();
    expect(editable(map, gen('= ${id}'))).toBeUndefined();
    expect(editable(map, span(0, 0))).toBeUndefined();
    const { map: pieces } = sourceMap(1).verbatim('ab', 1, 'single').verbatim('cd', 7, 'single').finish();
    expect(editable(pieces, span(1, 3))).toBeUndefined();
    expect(editable(pieces, span(0, 2))).toEqual(span(1, 3));
  });

  it('encodes insertions for the literal that they go into', () => {
    expect(editSource(map, { span: span(0, 0), text: "`t` = '\\' AND " })).toEqual({
      span: span(3, 3),
      text: "\\`t\\` = '\\\\' AND ",
    });
    const end = text.length;
    expect(editSource(map, { span: span(end, end), text: " OR x = 'y'" })?.text).toBe(" OR x = \\'y\\'");
    expect(insertion(map, gen('${id}').start)?.at).toBe(at('${id}').start);
    expect(insertion(map, gen('{id}').start)).toBeUndefined();
  });

  it('finds the cursor', () => {
    expect(toGenerated(map, at('AND').start + 1)).toBe(gen('AND').start + 1);
    expect(toGenerated(map, at('id').start)).toBe(gen('${id}').start);
    expect(toGenerated(map, at("+ '").start)).toBeUndefined();
  });

  it('is cut into statements', () => {
    const part = sliceMap(map, gen("x' AND b = ${id} LIM"));
    expect(toSource(part, span(3, 6))).toEqual(at('AND'));
    expect(editable(part, span(3, 6))).toEqual(at('AND'));
  });

  it('answers for an empty text', () => {
    expect(toSource(sourceMap(5).finish().map, span(0, 0))).toEqual(span(5, 5));
  });

  it('glue stands nowhere unless it stands alone', () => {
    const { map: joined } = sourceMap(0)
      .verbatim('a', 10, 'single')
      .glue(' AND ', 12)
      .verbatim('b', 20, 'single')
      .finish();
    expect(toSource(joined, span(0, 4))).toEqual(span(10, 11));
    expect(toSource(joined, span(2, 4))).toEqual(span(12, 12));
  });
});

describe('encoded text', () => {
  it('reads back as it was, in the literal and between its neighbours', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('single', 'double', 'template'), (text, literal) => {
        const quote = { single: "'", double: '"', template: '`' }[literal];
        const encoded = encode(literal as 'single', text);
        const before = text.startsWith('{') && literal === 'template' ? '$' : '';
        expect(new Function(`return ${quote}${before}${encoded}{${quote}`)()).toBe(`${before}${text}{`);
      }),
    );
  });

  it('is refused where a literal cannot hold it', () => {
    expect(encode('raw-template', 'a`b')).toBeUndefined();
    expect(encode('raw-template', 'a = $1')).toBe('a = $1');
    expect(encode('none', 'a')).toBeUndefined();
  });
});

describe('edits', () => {
  it('are applied in the order of the text', () => {
    const edits = [
      { span: span(4, 5), text: 'C' },
      { span: span(0, 1), text: 'A' },
      { span: span(2, 2), text: '1' },
      { span: span(2, 2), text: '2' },
    ];
    expect(applyEdits('a b c', edits)).toBe('A 12b C');
  });

  it('are refused where they overlap or leave the text', () => {
    expect(
      applyEdits('abc', [
        { span: span(0, 2), text: '' },
        { span: span(1, 3), text: '' },
      ]),
    ).toBeUndefined();
    expect(
      applyEdits('abc', [
        { span: span(0, 2), text: '' },
        { span: span(1, 1), text: 'x' },
      ]),
    ).toBeUndefined();
    expect(applyEdits('abc', [{ span: span(2, 4), text: '' }])).toBeUndefined();
  });
});

describe('line index', () => {
  it('knows every kind of line end and every encoding', () => {
    const index = lineIndex('a\r\né𝒳b\rc\n');
    expect(index.starts).toEqual([0, 3, 8, 10]);
    expect(positionAt(index, 6)).toEqual({ line: 1, column: 3 });
    expect(positionAt(index, 6, 'utf-8')).toEqual({ line: 1, column: 6 });
    expect(positionAt(index, 6, 'utf-32')).toEqual({ line: 1, column: 2 });
    expect(offsetAt(index, { line: 0, column: 9 })).toBe(1);
    expect(offsetAt(index, { line: 9, column: 0 })).toBe(10);
  });

  it('goes there and back', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '𝒳', '\r\n', '\n', '\r', '€'), { maxLength: 20 });
    fc.assert(
      fc.property(text, fc.nat(), fc.constantFrom('utf-16', 'utf-8', 'utf-32'), (parts, n, unit) => {
        const index = lineIndex(parts.join(''));
        const offset = parts.slice(0, n % (parts.length + 1)).join('').length;
        const insideCrlf = index.text.slice(offset - 1, offset + 1) === '\r\n';
        if (!insideCrlf)
          expect(offsetAt(index, positionAt(index, offset, unit as 'utf-8'), unit as 'utf-8')).toBe(offset);
      }),
    );
  });
});
