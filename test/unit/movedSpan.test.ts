/** Places move along with one edit of their text. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { spanMover } from '../../server/src/text/movedSpan';

it('what stands before or after the edit says the same; what it touched is gone', () => {
  const texts = fc.tuple(fc.string(), fc.string(), fc.string(), fc.string());
  fc.assert(
    fc.property(texts, fc.nat(), fc.nat(), ([head, cut, put, tail], a, b) => {
      const before = head + cut + tail;
      const after = head + put + tail;
      const [start, end] = [a % (before.length + 1), b % (before.length + 1)].sort((x, y) => x - y) as [number, number];
      const span = spanMover(before, after)({ start, end });
      if (span) expect(after.slice(span.start, span.end)).toBe(before.slice(start, end));
      else expect(end > head.length || cut !== put).toBe(true);
      if (end < head.length) expect(span).toEqual({ start, end });
    }),
  );
});

it('moves what follows an inserted line', () => {
  const mover = spanMover('a\nselect 1\n', 'a\nb\nselect 1\n');
  expect([mover({ start: 0, end: 1 }), mover({ start: 2, end: 10 })]).toEqual([
    { start: 0, end: 1 },
    { start: 4, end: 12 },
  ]);
});
