/** English singulars by the usual rules, on the last word of a name. */
import { own } from '../../text/own';

const irregular: Readonly<Record<string, string>> = {
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

const unchanged = /(?:news|series|species|equipment|information|money|sheep|fish|metadata|ss|us|is)$/i;

export const singular = (name: string): string => {
  const word = /[A-Za-z]+$/.exec(name)?.[0] ?? '';
  const made = own(irregular, word.toLowerCase());
  if (made !== undefined) return name.slice(0, name.length - word.length) + made;
  if (unchanged.test(name)) return name;
  if (/[^aeiou]ies$/i.test(name)) return `${name.slice(0, -3)}y`;
  if (/(?:s|x|z|ch|sh)es$/i.test(name)) return name.slice(0, -2);
  return name.replace(/s$/i, '');
};
