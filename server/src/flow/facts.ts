/** What must hold where a value is reached: by the tests of the branches around it, and of those before it that left. */
import type { Statement, Value } from '../hosts/host';
import { contains, type Span } from '../text/span';
import { exits } from './branches';
import type { FileIndex } from './fileIndex';
import { printValue } from './print';

/** A test without its negations, and how it came out. */
export interface Fact {
  readonly test: Value;
  readonly holds: boolean;
}

/** `value` and, outwards, the functions that it stands in, each with the function around it. */
export function waysOut(
  index: FileIndex,
  value: Value,
): readonly { readonly function: number; readonly value: Value }[] {
  const ways: { readonly function: number; readonly value: Value }[] = [];
  for (let at: Value | undefined = value; at !== undefined; ) {
    const own: number | undefined = index.place(at)?.function;
    if (own === undefined) break;
    ways.push({ function: own, value: at });
    at = index.functionValues.get(own);
  }
  return ways;
}

export const factsAt = (index: FileIndex, value: Value): readonly Fact[] =>
  waysOut(index, value).flatMap(({ function: func, value: at }) => [
    ...around(index.file.functions[func]?.body ?? [], at.span),
    ...inside(index, at),
  ]);

/** Of the branches of a body around a place, and of those before it. */
export function around(body: readonly Statement[], span: Span): readonly Fact[] {
  const facts: Fact[] = [];
  for (const { before, statement, part } of levels(body, span)) {
    facts.push(...passed(before));
    if (statement.kind === 'if' && part !== undefined)
      facts.push(...conjuncts(statement.test, part === statement.then));
  }
  return facts;
}

/** What holds behind statements that were not left. */
export const passed = (before: readonly Statement[]): readonly Fact[] =>
  before.flatMap((one): readonly Fact[] => {
    if (one.kind !== 'if') return [];
    const [then, otherwise] = [exits(one.then) !== false, exits(one.otherwise) !== false];
    return then === otherwise ? [] : conjuncts(one.test, otherwise);
  });

export interface Level {
  readonly before: readonly Statement[];
  readonly statement: Statement;
  /** The part of the statement that the place is in; undefined: in a value of its own. */
  readonly part: readonly Statement[] | undefined;
}

/** The statements around a place, from the outside in. */
export function levels(body: readonly Statement[], span: Span): readonly Level[] {
  const found: Level[] = [];
  for (let inner: readonly Statement[] | undefined = body; inner !== undefined; ) {
    const at: number = inner.findIndex((one) => contains(one.span, span));
    const statement: Statement | undefined = inner[at];
    if (statement === undefined) break;
    const part: readonly Statement[] | undefined = partsOf(statement).find((some) =>
      some.some((one) => contains(one.span, span)),
    );
    found.push({ before: inner.slice(0, at), statement, part });
    inner = part;
  }
  return found;
}

function partsOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'if':
      return [statement.then, statement.otherwise];
    case 'loop':
    case 'block':
      return [statement.body];
    case 'switch':
      return statement.cases.map(({ body }) => body);
    case 'try':
      return [statement.body, statement.handler, statement.finalizer];
    default:
      return [];
  }
}

/** `found && load(found)`, `found ? load(found) : create()`. */
function inside(index: FileIndex, value: Value): readonly Fact[] {
  const facts: Fact[] = [];
  for (let at = value; ; ) {
    const up = index.place(at)?.parent;
    if (up === undefined) return facts;
    switch (up.kind) {
      case 'binary':
        if (up.right === at && (up.op === '&&' || up.op === '||')) facts.push(...conjuncts(up.left, up.op === '&&'));
        break;
      case 'conditional':
        if (up.test !== at) facts.push(...conjuncts(up.test, up.then === at));
        break;
      case 'declare':
      case 'expression':
      case 'return':
      case 'throw':
      case 'if':
      case 'loop':
      case 'switch':
      case 'try':
      case 'block':
      case 'jump':
        return facts;
    }
    if (up.kind === 'function' || up.kind === 'class') return facts;
    at = up as Value;
  }
}

function conjuncts(test: Value, holds: boolean): readonly Fact[] {
  if (test.kind === 'await') return conjuncts(test.value, holds);
  if (test.kind === 'unary' && test.op === '!') return conjuncts(test.value, !holds);
  if (test.kind === 'binary' && test.op === (holds ? '&&' : '||'))
    return [...conjuncts(test.left, holds), ...conjuncts(test.right, holds)];
  if (test.kind === 'call' && printValue(test.callee) === 'Boolean' && test.args[0])
    return conjuncts(test.args[0], holds);
  return [{ test, holds }];
}
