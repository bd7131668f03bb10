/** Mutations that know words, strings, numbers and brackets, whatever the language: results stay near what is valid. */
import type { Random } from './random';

const pieceOf =
  /[\p{L}_$][\p{L}\p{N}_$]*|\d+(?:\.\d+)?|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|\n[ \t]*|[ \t\r]+|[\s\S]/gu;

const cut = new Map<string, readonly string[]>();

const pieces = (text: string): readonly string[] => text.match(pieceOf) ?? [];

/** Of a document of the corpus, which is asked for again and again. */
function kept(text: string): readonly string[] {
  const known = cut.get(text) ?? pieces(text);
  if (cut.size < 4_000) cut.set(text, known);
  return known;
}

/** What parsers trip over: ends without beginnings, controls, halves of characters, numbers without end. */
const hostile = [
  '\0',
  '\ud800',
  '\udc00x',
  '\ufeff',
  '\u2028',
  '\u202e',
  '\x1b[31m',
  '\x1b]8;;http://x\x07',
  '\r',
  '\r\n',
  '\t',
  '/*',
  '*/',
  '--',
  '#',
  '//',
  "'",
  '"',
  '`',
  '$$',
  '$a$',
  '${',
  '}',
  '((((',
  '))))',
  '[[[[',
  ']]]]',
  '{{{{',
  '<<',
  '&a ',
  '*a ',
  '!!js/function ',
  '? ',
  ': ',
  '- ',
  '|',
  '>',
  '%',
  '\\',
  ';',
  ',',
  '=',
  '::',
  '??',
  '?|',
  '@',
  '@@',
  '9'.repeat(400),
  '-0',
  '1e999',
  '0x',
  'a'.repeat(5000),
  'é'.repeat(50),
  '😀',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'NULL',
  'null',
  'NaN',
  'true',
  '../',
  '**/',
  '(?:a+)+$',
  '<img src=x onerror=alert(1)>',
  ' OR ',
  ' AND NOT ',
  ' IN (',
  ' UNION ALL SELECT ',
  'CASE WHEN ',
  ' BETWEEN ',
  'BEGIN ',
  'END ',
];

/** Words that every object knows. */
const inherited = [
  '__proto__',
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'isPrototypeOf',
];

const brackets = [
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['(SELECT ', ')'],
  ['NOT (', ')'],
  ['f(', ')'],
  ['`${', '}`'],
  ['{ a: ', ' }'],
  ['CASE WHEN ', ' END'],
] as const;

const longest = 60_000;
const deepest = 300;

/** A document of the corpus, changed a few times. */
export function mutated(random: Random, corpus: readonly string[]): string {
  let text = random.pick(corpus);
  for (let rounds = 1 + random.int(6); rounds > 0; rounds--) text = changed(random, text, corpus).slice(0, longest);
  return text;
}

function changed(random: Random, text: string, corpus: readonly string[]): string {
  const list = [...pieces(text)];
  const at = random.int(list.length + 1);
  const few = 1 + random.int(random.once(4) ? 40 : 4);
  switch (random.int(13)) {
    case 0:
      list.splice(at, few);
      break;
    case 1:
      list.splice(at, 0, ...list.slice(at, at + few));
      break;
    case 2: {
      const part = list.slice(at, at + few).join('');
      list.splice(at, 0, part.repeat(random.int(random.once(8) ? 200 : 6)));
      break;
    }
    case 3: {
      const other = random.int(list.length + 1);
      [list[at], list[other]] = [list[other] ?? '', list[at] ?? ''];
      break;
    }
    case 4: {
      const from = kept(random.pick(corpus));
      const start = random.int(from.length + 1);
      list.splice(at, random.int(few), ...from.slice(start, start + few));
      break;
    }
    case 5:
    case 6: {
      const same = kept(random.pick(corpus)).filter((one) => classOf(one) === classOf(list[at] ?? ''));
      if (random.once(12)) list[at] = random.pick(inherited);
      else if (same.length > 0) list[at] = random.pick(same);
      break;
    }
    case 7: {
      const [open, close] = random.pick(brackets);
      const depth = random.once(10) ? random.int(deepest) : 1 + random.int(3);
      list.splice(at, 0, open.repeat(depth));
      if (!random.once(3)) list.splice(at + few, 0, close.repeat(depth));
      break;
    }
    case 8:
    case 9:
      list.splice(at, random.int(2), random.pick(hostile));
      break;
    case 10:
      return random.once(2) ? list.slice(0, at).join('') : list.slice(at).join('');
    case 11:
      return random.once(2) ? text.replaceAll('\n', random.pick(['\r\n', '\r', ' ', ''])) : text.toUpperCase();
    default: {
      const code = random.int(text.length + 1);
      return (
        text.slice(0, code) + String.fromCharCode(random.int(random.once(3) ? 0x10000 : 128)) + text.slice(code + 1)
      );
    }
  }
  return list.join('');
}

const classOf = (piece: string): string =>
  /^[\p{L}_$]/u.test(piece) ? 'word' : /^\d/.test(piece) ? 'number' : /^["'`]./.test(piece) ? 'string' : 'other';
