/** Where the parts of a DDL statement stand; the parser says where few of them start and where none ends. */
import type { Name } from '../../../query/model';
import type { Span } from '../../../text/span';
import type { Node, RangeVar } from '../../engines/libpgQuery';
import { as, type Lowering, strings } from '../lowering';

/** From `start` to the comma or closing parenthesis that ends a list element, blanks and comments before it left out. */
export const elementAt = (cx: Lowering, start: number): Span => {
  const { source } = cx;
  let offset = source.skip(start);
  let end = offset;
  while (offset < source.span.end) {
    const char = source.text[offset];
    if (char === ',' || char === ')' || char === ';') break;
    const close = source.closeOf(offset);
    end = close < 0 ? source.tokenEnd(offset) : close + 1;
    offset = source.skip(end);
  }
  return { start, end };
};

/** What the first parentheses from `start` on hold, if they open before `end`. */
export const listAfter = ({ source }: Lowering, start: number, end: number): Span | undefined => {
  let offset = source.skip(start);
  while (offset < end && source.text[offset] !== '(') offset = source.skip(source.tokenEnd(offset));
  return offset < end ? source.inside(offset + 1) : undefined;
};

export const rangeName = (relation: RangeVar | undefined, cx: Lowering): Name => {
  const parts = [relation?.catalogname, relation?.schemaname, relation?.relname].filter((part) => part !== undefined);
  const start = cx.source.at(relation?.location);
  return { parts, span: { start, end: cx.source.nameEnd(start, parts.length) } };
};

/** A name that the parser gives without its place: the first such tokens behind `from`. */
export const findName = (cx: Lowering, parts: readonly string[], from: number): Name => {
  const { source } = cx;
  let offset = source.skip(from);
  while (offset < source.span.end) {
    const end = source.nameEnd(offset, parts.length);
    if (matches(source.text.slice(offset, end), parts)) return { parts, span: { start: offset, end } };
    offset = source.skip(source.tokenEnd(offset));
  }
  return { parts, span: source.span };
};

const matches = (text: string, parts: readonly string[]): boolean => {
  const wanted = parts.join('.');
  return text.toLowerCase() === wanted || text.replace(/"((?:[^"]|"")*)"|\s+/g, '$1').replaceAll('""', '"') === wanted;
};

/** The names of a DROP, RENAME or COMMENT: a string, a list of strings, a type, a function with its arguments. */
export const objectParts = (node: Node | undefined): string[] => {
  const list = as(node, 'List');
  if (list !== undefined) return strings(list.items);
  const withArgs = as(node, 'ObjectWithArgs');
  if (withArgs !== undefined) return strings(withArgs.objname);
  const type = as(node, 'TypeName');
  if (type !== undefined) return strings(type.names);
  const text = as(node, 'String')?.sval;
  return text === undefined ? [] : [text];
};
