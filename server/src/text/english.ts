/** Names as frameworks make tables and columns of them. */
import { own } from './own';

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

const irregularPlurals: Readonly<Record<string, string>> = {
  people: 'person',
  children: 'child',
  men: 'man',
  women: 'woman',
  mice: 'mouse',
  data: 'datum',
  media: 'medium',
  criteria: 'criterion',
  indices: 'index',
  matrices: 'matrix',
  vertices: 'vertex',
  quizzes: 'quiz',
  statuses: 'status',
  movies: 'movie',
};

const alike = /(?:news|series|species|equipment|information|money|sheep|fish|metadata|ss|us|is)$/i;

/** English singulars by the usual rules, on the last word of the name. */
export const singular = (name: string): string => {
  const word = /[A-Za-z]+$/.exec(name)?.[0] ?? '';
  const made = own(irregularPlurals, word.toLowerCase());
  if (made !== undefined) return name.slice(0, name.length - word.length) + made;
  if (alike.test(name)) return name;
  if (/[^aeiou]ies$/i.test(name)) return `${name.slice(0, -3)}y`;
  if (/(?:s|x|z|ch|sh)es$/i.test(name)) return name.slice(0, -2);
  return name.replace(/s$/i, '');
};

/** The words of a name, in the singular: `pageIds` → `page`, `id`. */
export const wordsOf = (name: string): readonly string[] =>
  underscored(name)
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '')
    .map(singular);
