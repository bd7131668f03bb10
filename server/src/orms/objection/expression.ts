/** Relation expressions: `'[pets(modifier) as p, children.^2.[movies, pets]]'`, `{ pets: { owner: true } }`. */
import type { Flow, Ref } from '../../flow/flow';

export interface Branch {
  readonly name: string;
  readonly alias?: string;
  readonly inner: readonly Branch[];
  /** Asked for in some branches only. */
  readonly optional: boolean;
}

/** Undefined where something of it is not known. */
export const branchesIn = (flow: Flow, ref: Ref, optional = false): readonly Branch[] | undefined => {
  const shapes = flow.shapes(ref);
  const unsure = optional || shapes.length > 1;
  let known = true;
  const found = shapes.flatMap((shape): readonly Branch[] => {
    if (shape.kind === 'literal') return typeof shape.value === 'string' ? parsed(shape.value, unsure) : [];
    if (shape.kind === 'object')
      return shape.entries.flatMap(({ key, value, when }): readonly Branch[] => {
        if (key === undefined || key.startsWith('$')) return [];
        const inner = branchesIn(flow, value, unsure || when.length > 0) ?? [];
        return [{ name: key, inner, optional: unsure || when.length > 0 }];
      });
    if (shape.kind === 'text') {
      const [text] = flow.texts(shape.ref);
      const parts = text?.pieces.map((piece) => (piece.kind === 'text' ? piece.text : undefined));
      if (parts?.every((part) => part !== undefined) === true) return parsed(parts.join(''), unsure);
    }
    known = false;
    return [];
  });
  return known || found.length > 0 ? found : undefined;
};

const tokens = /\s*([\w$]+|\^\d*|\*|\.|,|\[|\]|\([^)]*\))/y;

const parsed = (text: string, optional: boolean): readonly Branch[] => {
  const words: string[] = [];
  tokens.lastIndex = 0;
  for (let match = tokens.exec(text); match !== null && words.length < 500; match = tokens.exec(text))
    words.push(match[1] ?? '');
  let at = 0;
  const list = (): readonly Branch[] => {
    const found: Branch[] = [];
    for (;;) {
      found.push(...one());
      if (words[at] !== ',') break;
      at++;
    }
    return found;
  };
  const one = (): readonly Branch[] => {
    if (words[at] === '[') {
      at++;
      const inside = list();
      if (words[at] === ']') at++;
      return inside;
    }
    const name = words[at];
    if (name === undefined || !/^[\w$]+$/.test(name)) {
      at++;
      return [];
    }
    at++;
    if (words[at]?.startsWith('(') === true) at++;
    let alias: string | undefined;
    if (words[at] === 'as') {
      alias = words[at + 1];
      at += 2;
    }
    let inner: readonly Branch[] = [];
    if (words[at] === '.') {
      at++;
      inner = one();
    }
    return [{ name, ...(alias === undefined ? {} : { alias }), inner, optional }];
  };
  return list();
};
