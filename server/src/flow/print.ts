/** Values as people write them, on one line: for ids, holes and messages. */
import type { Value } from '../hosts/host';

const literal = (value: string | number | bigint | boolean | null | undefined): string =>
  typeof value === 'string' ? `'${value}'` : String(value);

const list = (values: readonly Value[], depth: number): string => values.map((v) => printValue(v, depth)).join(', ');

export const printValue = (value: Value, depth = 12): string => {
  if (depth <= 0) return '…';
  const print = (inner: Value): string => printValue(inner, depth - 1);
  switch (value.kind) {
    case 'literal':
      return literal(value.value);
    case 'name':
      return value.name;
    case 'this':
    case 'super':
      return value.kind;
    case 'member': {
      const { property } = value;
      return typeof property === 'string'
        ? `${print(value.object)}.${property}`
        : `${print(value.object)}[${print(property)}]`;
    }
    case 'call':
      return `${value.isNew ? 'new ' : ''}${print(value.callee)}(${list(value.args, depth - 1)})`;
    case 'await':
      return print(value.value);
    case 'spread':
      return `...${print(value.value)}`;
    case 'binary':
      return `${print(value.left)} ${value.op} ${print(value.right)}`;
    case 'unary':
      return `${value.op}${print(value.value)}`;
    case 'conditional':
      return `${print(value.test)} ? ${print(value.then)} : ${print(value.otherwise)}`;
    case 'list':
      return `[${list(value.items, depth - 1)}]`;
    case 'template': {
      const text = value.parts.map((p) => (p.kind === 'text' ? p.text : `\${${print(p.value)}}`)).join('');
      return `${value.tag === undefined ? '' : print(value.tag)}\`${text}\``;
    }
    case 'object':
      return value.entries.length === 0 ? '{}' : '{…}';
    case 'function':
      return '() => …';
    case 'keyword':
      return `${value.name}=${print(value.value)}`;
    case 'assign':
    case 'class':
    case 'opaque':
      return '…';
  }
};
