/** What a table of words says of a word that someone else has written: `constructor` and `__proto__` are words as well. */
export const own = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;
