import { own } from '../../text/own';
import type { Cursor } from './cursor';
import { timeUnits } from './words';

export interface TypeName {
  /** Lower-case name without modifiers; synonyms have one spelling. */
  readonly type: string;
  /** `varchar(20)` → 20; `enum('a', 'b')` → a, b; `int unsigned` → unsigned. */
  readonly modifiers: readonly string[];
  readonly collation?: string;
  /** `SERIAL` says more than a type. */
  readonly serial?: boolean;
}

const synonyms: Readonly<Record<string, string>> = {
  int: 'integer',
  int1: 'tinyint',
  int2: 'smallint',
  int3: 'mediumint',
  middleint: 'mediumint',
  int4: 'integer',
  int8: 'bigint',
  bool: 'boolean',
  dec: 'decimal',
  numeric: 'decimal',
  fixed: 'decimal',
  float4: 'float',
  float8: 'double',
  real: 'double',
  character: 'char',
  nchar: 'char',
  varcharacter: 'varchar',
  nvarchar: 'varchar',
  serial: 'bigint',
};

export const readType = (c: Cursor): TypeName => {
  let word = c.next();
  const national = word.upper === 'NATIONAL' ? word : undefined;
  if (national) word = c.next();
  if (word.kind !== 'word' && word.kind !== 'name') c.fail();
  let type = word.text.toLowerCase();
  if (type === 'double') c.take('PRECISION');
  if (type === 'long') type = c.takeAny('VARCHAR', 'VARBINARY') === 'VARBINARY' ? 'mediumblob' : 'mediumtext';
  if (c.take('VARYING')) type = type === 'binary' ? 'varbinary' : 'varchar';
  if (type === 'signed' || type === 'unsigned') c.takeAny('INTEGER', 'INT');
  const modifiers: string[] = [];
  if (c.atOp('(')) modifiers.push(...c.bracketed(() => c.next().text));
  let collation: string | undefined;
  for (;;) {
    const flag = c.takeAny('UNSIGNED', 'SIGNED', 'ZEROFILL');
    if (flag) {
      if (flag !== 'SIGNED') modifiers.push(flag.toLowerCase());
    } else if (c.take('CHARACTER', 'SET') || c.take('CHARSET')) {
      c.takeOp('=');
      c.next();
    } else if (c.take('COLLATE')) {
      c.takeOp('=');
      collation = c.next().text.toLowerCase();
    } else if (c.takeAny('BINARY', 'ASCII', 'UNICODE', 'BYTE')) {
      // Spellings of a character set.
    } else break;
  }
  return {
    type: own(synonyms, type) ?? type,
    modifiers,
    ...(collation !== undefined && { collation }),
    ...(type === 'serial' && { serial: true }),
  };
};

/** The type of CAST, CONVERT, RETURNING: its name alone. */
export const readTypeName = (c: Cursor): string => {
  if (c.take('INTERVAL') && timeUnits.has(c.peek().upper)) return 'interval';
  const { type } = readType(c);
  return c.take('ARRAY') ? `${type}[]` : type;
};
