/** Places move along with one edit of their text. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { editBetween } from '../../server/src/text/edited';
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

it('finds the one place of a long text that is another, and no more than that', () => {
  const long = fc.string({ minLength: 1 }).chain((part) => fc.nat(30_000).map((n) => part.repeat(n)));
  fc.assert(
    fc.property(long, fc.nat(), fc.constantFrom('', '#', '##'), fc.nat(2), (text, place, put, gone) => {
      const at = place % (text.length + 1);
      const after = text.slice(0, at) + put + text.slice(at + gone);
      const { start, end, shift } = editBetween(text, after) ?? { start: 0, end: 0, shift: 0 };
      expect(text.slice(0, start) + after.slice(start, end + shift) + text.slice(end)).toBe(after);
      if (start < end && start < end + shift) {
        expect(text[start]).not.toBe(after[start]);
        expect(text[end - 1]).not.toBe(after[end + shift - 1]);
      }
    }),
    { numRuns: 50 },
  );
});
