/** Answers about statements that differ in literals alone, by the literals that were asked for. */
import type { Query } from '../query/model';
import type { Pattern } from '../query/pattern';

type Values = readonly (string | number)[];

/** So many answers are kept: a dump has thousands of rows, each of which may be asked for its key. */
const most = 4096;

/**
 * Whoever finds an answer sees nothing of a literal but what it asks the query for. Where it asks for the same literals and
 * hears the same values, it goes the same way and comes to the same answer.
 */
export class Answers<T> {
  private groups: { readonly asked: readonly number[]; readonly answers: Map<unknown, T> }[] = [];
  private count = 0;

  find(values: Values): T | undefined {
    for (const { asked, answers } of this.groups) {
      const answer = answers.get(keyOf(values, asked));
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /** `find` may keep nothing of the query. Its answer is kept unless `holds` says that more than the query was looked at. */
  make(pattern: Pattern, values: Values, find: (query: Query) => T, holds: () => boolean = () => true): T {
    const asked = new Set<number>();
    const answer = find(pattern.watched(values, (literal) => asked.add(literal)));
    if (holds())
      this.keep(
        [...asked].sort((a, b) => a - b),
        values,
        answer,
      );
    return answer;
  }

  private keep(asked: readonly number[], values: Values, answer: T): void {
    if (this.count >= most) {
      this.groups = [];
      this.count = 0;
    }
    this.count++;
    const key = keyOf(values, asked);
    const group = this.groups.find((one) => one.asked.join() === asked.join());
    if (group) group.answers.set(key, answer);
    else this.groups.push({ asked, answers: new Map([[key, answer]]) });
  }
}

/** A number is not the text that spells it. */
const keyOf = (values: Values, asked: readonly number[]): unknown =>
  asked.length === 0
    ? ''
    : asked.length === 1
      ? values[asked[0] ?? 0]
      : JSON.stringify(asked.map((literal) => values[literal]));
