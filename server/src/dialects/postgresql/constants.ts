import type { Const } from '../../query/model';
import type { Span } from '../../text/span';
import type { A_Const } from '../engines/libpgQuery';

export const constant = (node: A_Const, span: Span): Const => {
  if (node.ival !== undefined) return { kind: 'const', type: 'number', value: node.ival.ival ?? 0, span };
  if (node.sval !== undefined) return { kind: 'const', type: 'string', value: node.sval.sval ?? '', span };
  if (node.boolval !== undefined) return { kind: 'const', type: 'boolean', value: node.boolval.boolval ?? false, span };
  if (node.fval !== undefined) return { kind: 'const', type: 'number', value: numeral(node.fval.fval ?? '0'), span };
  if (node.bsval !== undefined) return { kind: 'const', type: 'bytes', value: node.bsval.bsval ?? '', span };
  return { kind: 'const', type: 'null', value: null, span };
};

/** A number where a double holds it exactly enough to print it back, otherwise its digits. */
const numeral = (written: string): number | bigint | string => {
  const digits = written.replaceAll('_', '');
  if (/^-?(\d+|0[xob][\da-f]+)$/i.test(digits)) {
    const value = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits);
    const small = Number(value);
    return Number.isSafeInteger(small) ? small : value;
  }
  const significant = digits.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '');
  const value = Number(digits);
  return significant.length <= 15 && Number.isFinite(value) ? value : digits;
};

/** The elements of an array literal such as `{1,2,NULL}` or `{"a b",c}`; undefined for nested or malformed ones. */
export const arrayLiteral = (text: string): (string | null)[] | undefined => {
  const body = /^\s*\{([^{}]*)\}\s*$/s.exec(text)?.[1];
  if (body === undefined) return undefined;
  if (body.trim() === '') return [];
  const items: (string | null)[] = [];
  const item = /\s*(?:"((?:[^"\\]|\\.)*)"|([^",\\]+?))\s*(,|$)/sy;
  let more = true;
  while (more) {
    const match = item.exec(body);
    if (match === null) return undefined;
    const [, quoted, bare, comma] = match;
    items.push(
      quoted !== undefined ? quoted.replace(/\\(.)/gs, '$1') : /^null$/i.test(bare ?? '') ? null : (bare ?? ''),
    );
    more = comma === ',';
  }
  return items;
};
