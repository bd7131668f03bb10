/** `$lookup` and `$graphLookup`: another collection joined on. */
import type { ObjectShape, Ref } from '../../flow/flow';
import type { Expr, From } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf } from '../build/build';
import { conjunction } from '../build/conditional';
import { and, column, equals, operation } from '../build/expr';
import { type Context, objectIn, textIn } from './context';
import { conditionExpr, operandExpr, type Variables } from './expression';
import { columnsOf, filterExpr, type PathColumn } from './filter';
import { collectionNamed, type Flowing, pathsOf, stageOf } from './pipeline';

const depth = 4;

export const lookup = (
  c: Context,
  flowing: Flowing,
  settings: ObjectShape | undefined,
  kind: '$lookup' | '$graphLookup',
  optional: boolean,
  at: Span,
  level = 0,
): void => {
  const given = (key: string): Ref | undefined => settings?.entries.findLast((entry) => entry.key === key)?.value;
  const from = given('from');
  const name = from === undefined ? undefined : collectionNamed(c, from);
  const as = textIn(c.flow, given('as'));
  if (settings === undefined || (from === undefined && given('pipeline') !== undefined)) {
    // `$documents` inside: nothing is read.
    if (as !== undefined) flowing.made.set(as, undefined);
    return;
  }
  const table = name === undefined ? undefined : c.table(name, at);
  const right: From = table ?? { kind: 'opaque-from', why: 'the collection is chosen when the call runs', span: at };
  if (table === undefined) c.notes.add('collection of $lookup');
  const alias = table === undefined ? '' : aliasOf(table);
  const field = (key: string): string | undefined => textIn(c.flow, given(key));
  const parts: Expr[] = [];
  const local = field('localField');
  const foreign = field(kind === '$lookup' ? 'foreignField' : 'connectToField');
  if (kind === '$graphLookup' && foreign !== undefined) {
    const start = given('startWith');
    const value = start === undefined ? undefined : operandExpr(c, start, pathsOf(flowing), flowing.variables, at);
    parts.push(equals(column(alias, foreign, at), value ?? operation('start', [], at), at));
    const restrict = given('restrictSearchWithMatch');
    if (restrict !== undefined) parts.push(filterExpr(c, restrict, columnsOf(alias), at));
  } else if (local !== undefined && foreign !== undefined) {
    const own = pathsOf(flowing)(local, at);
    parts.push(equals(column(alias, foreign, at), own ?? operation(local, [], at), at));
  }
  const variables: Variables = new Map(
    (objectIn(c.flow, given('let'))?.entries ?? []).flatMap((entry) =>
      entry.key === undefined
        ? []
        : [[entry.key, operandExpr(c, entry.value, pathsOf(flowing), flowing.variables, at)] as const],
    ),
  );
  const inner = stagesIn(c, given('pipeline'));
  for (const { name: stage, value } of inner) {
    if (stage !== '$match') break;
    parts.push(matched(c, value, columnsOf(alias), variables, at, true));
  }
  flowing.sources.add(
    right,
    conjunction(
      parts.map((expr) => ({ when: [], expr })),
      at,
    ),
    { span: at, optional },
  );
  if (as !== undefined) flowing.made.set(as.split('.')[0] ?? as, table === undefined ? undefined : alias);
  if (table === undefined || level >= depth) return;
  // What the joined documents are joined with in turn.
  const below: Flowing = { ...flowing, alias, where: [], made: new Map(), lost: false, leading: false, variables };
  for (const { name: stage, value } of inner)
    if (stage === '$lookup' || stage === '$graphLookup')
      lookup(c, below, objectIn(c.flow, value), stage, optional, at, level + 1);
};

const stagesIn = (c: Context, ref: Ref | undefined) =>
  ref === undefined
    ? []
    : c.flow
        .shapes(ref)
        .flatMap((shape) => (shape.kind === 'list' ? shape.items : []))
        .flatMap((item) => stageOf(c, item.value) ?? []);

/** A `$match`: its filter, and what its `$expr` compares. `joins`: only there an `$expr` can lead to a shard. */
export const matched = (
  c: Context,
  ref: Ref,
  paths: PathColumn,
  variables: Variables,
  at: Span,
  joins = false,
): Expr => {
  const shape = objectIn(c.flow, ref);
  const tests = shape?.entries.filter((entry) => entry.key === '$expr') ?? [];
  const filter = filterExpr(c, ref, paths, at);
  return joins && tests.length > 0
    ? and([...tests.map((entry) => conditionExpr(c, entry.value, paths, variables, at)), filter], at)
    : filter;
};
