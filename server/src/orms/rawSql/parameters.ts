/** Placeholders of the text and the values that are handed in beside it. */
import type { Flow, Ref } from '../../flow/flow';
import { lex } from '../../sql/lexer';
import type { Lexical } from '../../sql/lexical';
import type { Hole } from '../orm';
import type { Placeholders } from './drivers';

const lexical = (style: Placeholders): Lexical => ({
  identifierQuotes: style === 'question' ? ['`', '"'] : ['"'],
  stringQuotes: ["'"],
  backslashEscapes: style === 'question',
  dollarQuotes: style !== 'question',
  hashComments: style === 'question',
  nestedComments: style !== 'question',
  questionOperators: style === 'dollar',
  fold: 'none',
  client: 'none',
});

/** Values by place, or by name. */
export type Values =
  | { readonly kind: 'list'; readonly ref: Ref; readonly items: readonly (Ref | undefined)[] }
  | { readonly kind: 'object'; readonly ref: Ref };

export const valuesOf = (flow: Flow, ref: Ref): Values | undefined => {
  const [shape, other] = flow.shapes(ref);
  if (shape === undefined || other !== undefined) return { kind: 'object', ref };
  if (shape.kind === 'object') return { kind: 'object', ref };
  if (shape.kind !== 'list') return { kind: 'object', ref };
  // What stands behind an item that may be missing has no fixed place.
  const sure = shape.items.findIndex((item) => item.when.length > 0 || item.many);
  const items = sure < 0 ? shape.items : shape.items.slice(0, sure);
  return { kind: 'list', ref, items: items.map((item) => item.value) };
};

/** The holes of the text and one for each placeholder whose value is known. */
export const bindPlaceholders = (
  flow: Flow,
  text: string,
  holes: readonly Hole[],
  style: Placeholders,
  values: Values | undefined,
): readonly Hole[] => {
  if (values === undefined || style === 'none') return holes;
  const added: Hole[] = [];
  let next = 0;
  for (const token of lex(text, lexical(style), { holes })) {
    if (token.kind !== 'placeholder' || token.holed) continue;
    const written = text.slice(token.start, token.end);
    const numbered = /^\$(\d+)/.exec(written);
    const named = /^(?::|\$|@)[<{([/"']?([A-Za-z_]\w*)/.exec(written);
    const isName = written === '??' || /^:"|~$|:(?:name|alias)/.test(written);
    const place = numbered !== null ? Number(numbered[1]) - 1 : written.startsWith('?') ? next++ : undefined;
    const span = { start: token.start, end: token.end };
    const ref =
      place === undefined
        ? named?.[1] === undefined
          ? undefined
          : property(flow, values.ref, named[1])
        : values.kind === 'list'
          ? values.items[place]
          : undefined;
    if (ref !== undefined) {
      const kind = isName ? 'identifier' : isList(flow, ref) ? 'list' : 'value';
      added.push({ span, kind, id: flow.valueId(ref) });
    } else if (place !== undefined && !isName) {
      added.push({ span, kind: 'value', id: `${flow.valueId(values.ref)}[${place}]` });
    } else if (named?.[1] !== undefined && values.kind === 'object' && !isName) {
      added.push({ span, kind: 'value', id: `${flow.valueId(values.ref)}.${named[1]}` });
    }
  }
  return [...holes, ...added].sort((a, b) => a.span.start - b.span.start);
};

const property = (flow: Flow, ref: Ref, name: string): Ref | undefined => {
  const [shape, other] = flow.shapes(ref);
  if (shape?.kind !== 'object' || other !== undefined) return undefined;
  return shape.entries.filter((entry) => entry.key === name).at(-1)?.value;
};

const isList = (flow: Flow, ref: Ref): boolean => flow.shapes(ref).every((shape) => shape.kind === 'list');
