/** Names as frameworks make tables and columns of them. */

/** `OrderItem`, `orderItem` → `order_item`. */
export const underscored = (name: string): string =>
  name
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[-\s]+/g, '_')
    .toLowerCase();

const irregular: Readonly<Record<string, string>> = {
  person: 'people',
  child: 'children',
  man: 'men',
  woman: 'women',
  mouse: 'mice',
  datum: 'data',
  medium: 'media',
  criterion: 'criteria',
  index: 'indices',
  matrix: 'matrices',
  vertex: 'vertices',
  quiz: 'quizzes',
  status: 'statuses',
};

const unchanged = /(?:news|data|media|series|species|equipment|information|money|sheep|fish|people|metadata)$/i;

/** English plurals by the usual rules, on the last word of the name. */
export const plural = (name: string): string => {
  const word = /[A-Z]?[a-z]+$/.exec(name)?.[0];
  const made = word === undefined ? undefined : irregular[word.toLowerCase()];
  if (word !== undefined && made !== undefined) {
    const cased = /^[A-Z]/.test(word) ? made.charAt(0).toUpperCase() + made.slice(1) : made;
    return name.slice(0, name.length - word.length) + cased;
  }
  if (unchanged.test(name)) return name;
  if (/(?:[^aeiou]|qu)y$/i.test(name)) return `${name.slice(0, -1)}ies`;
  if (/(?:s|x|z|ch|sh)$/i.test(name))
    return /[^s]s$/i.test(name) && !/(?:us|is|as|os)$/i.test(name) ? name : `${name}es`;
  if (/[^f]fe$/i.test(name)) return `${name.slice(0, -2)}ves`;
  if (/[lr]f$/i.test(name)) return `${name.slice(0, -1)}ves`;
  if (/(?:tomato|potato|hero|echo)$/i.test(name)) return `${name}es`;
  return `${name}s`;
};
