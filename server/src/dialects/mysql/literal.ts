import type { Const, Expr } from '../../query/model';
import type { Span } from '../../text/span';
import type { Cursor } from './cursor';

export const constant = (type: Const['type'], value: Const['value'], span: Span): Const => ({
  kind: 'const',
  type,
  value,
  span,
});

/** Digits that a double certainly holds: IEEE 754 keeps any decimal of 15 significant digits. */
const exactDigits = 15;

export const numberConst = (written: string, span: Span): Const => {
  if (/^\d+$/.test(written)) {
    const value = Number(written);
    return constant('number', Number.isSafeInteger(value) ? value : BigInt(written), span);
  }
  const significant = written.replace(/e.*$/i, '').replace('.', '').replace(/^0+/, '');
  const value = Number(written);
  return constant('number', significant.length <= exactDigits && Number.isFinite(value) ? value : written, span);
};

/** `-` before a number is part of the literal; before anything else an operation. */
export const negate = (arg: Expr, span: Span): Expr => {
  if (arg.kind === 'const' && arg.type === 'number') {
    const { value } = arg;
    if (typeof value === 'number' || typeof value === 'bigint') return constant('number', -value, span);
    if (typeof value === 'string' && !value.startsWith('-')) return constant('number', `-${value}`, span);
  }
  return { kind: 'operation', op: '-', args: [arg], span };
};

/** `'a' 'b'` is one string. */
export const readString = (c: Cursor): Const => {
  const start = c.here();
  let value = '';
  do value += c.next().text;
  while (c.peek().kind === 'string');
  return constant('string', value, c.since(start));
};

/** What a stand-in, `?`, `:name`, `::list` or variable asks for. */
export const readPlaceholder = (c: Cursor): Expr => {
  const token = c.next();
  const span = c.since(token.start);
  const { stand } = token;
  if (!stand) {
    if (token.text.startsWith('::')) return { kind: 'param', id: token.text.slice(2), many: true, span };
    const id = token.text.startsWith(':') ? token.text.slice(1) : token.text;
    return { kind: 'param', id: id === '?' ? `?${token.start}` : id, span };
  }
  switch (stand.kind) {
    case 'value':
      return { kind: 'param', id: stand.id, span };
    case 'list':
      return { kind: 'param', id: stand.id, many: true, span };
    case 'identifier':
      return { kind: 'opaque', why: 'a name that is known at run time', span };
    case 'rows':
      return { kind: 'opaque', why: suppliedRows, span };
    default:
      return { kind: 'opaque', why: 'a fragment of SQL', span };
  }
};

export const suppliedRows = 'rows that the caller supplies';
