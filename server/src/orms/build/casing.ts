/** Host names as snake case, in the way that Kysely's `CamelCasePlugin` and Objection's mappers make them. */

export interface Casing {
  readonly upper: boolean;
  readonly digits: boolean;
  /** An underscore between two capitals as well. */
  readonly capitals: boolean;
}

const isLetter = (char: string): boolean => char.toUpperCase() !== char.toLowerCase();
const isUpper = (char: string): boolean => isLetter(char) && char === char.toUpperCase();
const isDigit = (char: string): boolean => char >= '0' && char <= '9';

export const snaked = (name: string, { upper, digits, capitals }: Casing): string => {
  let out = '';
  let before = '';
  for (const char of name) {
    const breaks =
      out !== '' &&
      ((digits && isDigit(char) && !isDigit(before) && !out.endsWith('_')) ||
        (isUpper(char) && (capitals || !isUpper(before))));
    out += breaks ? `_${char.toLowerCase()}` : char.toLowerCase() === char ? char : char.toLowerCase();
    before = char;
  }
  return upper ? out.toUpperCase() : out;
};

/** What host code calls a column; undefined where no name becomes that one. */
export const unsnaked = (column: string, casing: Casing | undefined): string | undefined => {
  if (casing === undefined) return column;
  const name = column.toLowerCase().replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return snaked(name, casing) === column ? name : undefined;
};
