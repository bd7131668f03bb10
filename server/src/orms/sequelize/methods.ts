/** Methods of models and rows that send statements. */
import type { Flow, Ref } from '../../flow/flow';
import { objectIn, optionIn, textIn } from '../build/options';
import type { Operation } from '../orm';
import { functionOf } from './context';

export const modelMethods: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...[
    'findByPk',
    'findById',
    'findOne',
    'findAll',
    'findAndCountAll',
    'findAndCount',
    'findOrBuild',
    'all',
    'find',
  ].map((name) => [name, 'select'] as const),
  ['count', 'count'],
  ...['max', 'min', 'sum', 'aggregate'].map((name) => [name, 'aggregate'] as const),
  ...['create', 'bulkCreate'].map((name) => [name, 'insert'] as const),
  ...['upsert', 'findOrCreate', 'findCreateFind'].map((name) => [name, 'upsert'] as const),
  ...['update', 'increment', 'decrement', 'restore'].map((name) => [name, 'update'] as const),
  ...['destroy', 'truncate'].map((name) => [name, 'delete'] as const),
]);

export const rowMethods: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...['save', 'update', 'increment', 'decrement', 'restore'].map((name) => [name, 'update'] as const),
  ['destroy', 'delete'],
  ['reload', 'select'],
  ['$get', 'select'],
  ['$count', 'count'],
  ['$has', 'count'],
  ['$create', 'insert'],
  ['$add', 'update'],
  ['$set', 'update'],
  ['$remove', 'update'],
]);

/** `getTeam` → `$get`. */
export const accessorMethod = (name: string): string => `$${/^[a-z]+/.exec(name)?.[0] ?? ''}`;

/** `attributes: [[fn('SUM', col('total')), 'sum']]`, `group`: as the text of the statement has it. */
export const readingOf = (flow: Flow, args: readonly Ref[]): 'select' | 'count' | 'aggregate' => {
  const options = objectIn(flow, args);
  if (optionIn(options, 'group') !== undefined) return 'aggregate';
  const attributes = optionIn(options, 'attributes');
  const shapes = attributes === undefined ? [] : flow.shapes(attributes);
  const items = shapes.flatMap((shape) => (shape.kind === 'list' ? shape.items : []));
  const computed = items.flatMap(({ value }) =>
    flow.shapes(value).flatMap((shape) => {
      const [first] = shape.kind === 'list' ? shape.items : [];
      const call = first === undefined ? functionOf(shape) : flow.shapes(first.value).map(functionOf)[0];
      const name = call?.name === 'fn' ? textIn(flow, call.args[0]) : undefined;
      return name !== undefined && /^(?:count|sum|avg|min|max)$/i.test(name) ? [name] : [];
    }),
  );
  if (computed.length === 0) return 'select';
  return items.length === 1 && /^count$/i.test(computed[0] ?? '') ? 'count' : 'aggregate';
};
