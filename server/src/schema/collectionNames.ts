/** Collection names as Mongoose makes them of model names. https://mongoosejs.com/docs/models.html */

/** Word endings, the first that fits wins; as the library has had them since version 3. */
const endings: readonly (readonly [RegExp, string])[] = [
  [/human$/g, 'humans'],
  [/(m)an$/g, '$1en'],
  [/(pe)rson$/g, '$1ople'],
  [/(child)$/g, '$1ren'],
  [/^(ox)$/g, '$1en'],
  [/(ax|test)is$/g, '$1es'],
  [/(octop|vir)us$/g, '$1i'],
  [/(alias|status)$/g, '$1es'],
  [/(bu)s$/g, '$1ses'],
  [/(buffal|tomat|potat)o$/g, '$1oes'],
  [/([ti])um$/g, '$1a'],
  [/sis$/g, 'ses'],
  [/(?:([^f])fe|([lr])f)$/g, '$1$2ves'],
  [/(hive)$/g, '$1s'],
  [/([^aeiouy]|qu)y$/g, '$1ies'],
  [/(x|ch|ss|sh)$/g, '$1es'],
  [/(matr|vert|ind)ix|ex$/g, '$1ices'],
  [/([m|l])ouse$/g, '$1ice'],
  [/(kn|w|l)ife$/g, '$1ives'],
  [/(quiz)$/g, '$1zes'],
  [/^goose$/g, 'geese'],
  [/s$/g, 's'],
  [/([^a-z])$/, '$1'],
  [/$/g, 's'],
];

const unchanged = new Set(
  (
    'advice energy excretion digestion cooperation health justice labour machinery equipment information pollution ' +
    'sewage paper money species series rain rice fish sheep moose deer news expertise status media'
  ).split(' '),
);

export const pluralize = (name: string): string => {
  const word = name.toLowerCase();
  if (unchanged.has(word)) return word;
  for (const [ending, plural] of endings) {
    ending.lastIndex = 0;
    if (ending.test(word)) {
      ending.lastIndex = 0;
      return word.replace(ending, plural);
    }
  }
  return word;
};
