/** Which table something is about, by the names that stand in it. */
import { wordsOf } from '../text/english';

/** How plainly names speak of a table: 0 not at all. `orderId` names `orders`, and a part of `shop_orders`. */
export function plainness(names: readonly string[], table: string): number {
  const wanted = tableWords(table);
  const ids = idsIn(names);
  const byId = ids.some((noun) => same(noun, wanted)) ? 3 : ids.some((noun) => endsWith(wanted, noun)) ? 2 : 0;
  const isNamed =
    !(wanted.length === 1 && ofAnyMessage.test(table)) && names.some((name) => holds(wordsOf(name), wanted));
  return byId + (isNamed ? 1 : 0);
}

/** Every message is one, or has one. */
const ofAnyMessage = /^(?:events?|jobs?|tasks?|messages?|queues?|data)$/i;

/** Whether the id of a row of some other table stands in them; `by` a name is enough: `user.email`. */
export const namesAnother = (
  names: readonly string[],
  table: string,
  others: readonly string[],
  by: 'id' | 'name',
): boolean => {
  const isOther = (one: string): boolean => one !== table && (by === 'id' || !ofAnyMessage.test(one));
  const known = others.filter(isOther).map(tableWords);
  const nouns = by === 'id' ? idsIn(names) : [...idsIn(names), ...names.map(wordsOf)];
  return nouns.some((noun) => known.some((words) => same(words, noun)));
};

/** `UserModel` makes the collection `usermodels`. */
const tableWords = (table: string): readonly string[] =>
  wordsOf(table.slice(table.lastIndexOf('.') + 1)).map((word) => word.replace(/(.)model$/, '$1'));

/** `pageId` → `page`. */
const idsIn = (names: readonly string[]): readonly (readonly string[])[] =>
  names.flatMap((name) => {
    const words = wordsOf(name);
    return words.length > 1 && /^(?:id|uuid|guid)$/.test(words.at(-1) ?? '') ? [words.slice(0, -1)] : [];
  });

const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && endsWith(a, b);

const endsWith = (words: readonly string[], tail: readonly string[]): boolean =>
  tail.length > 0 && words.slice(-tail.length).join(' ') === tail.join(' ');

const holds = (words: readonly string[], part: readonly string[]): boolean =>
  part.length > 0 && ` ${words.join(' ')} `.includes(` ${part.join(' ')} `);
