/** Relations as methods of rows declare them, with the keys that Bookshelf makes of names where none are given. */
import type { Ref } from '../../flow/flow';
import type { CallValue } from '../../hosts/host';
import { singular } from '../../text/english';
import type { Pair, Relation } from '../build/model';
import { type Begun, keyOf, textIn } from './models';

const kinds = /^(?:hasOne|hasMany|belongsTo|belongsToMany|morphOne|morphMany)$/;

/** `author() { return this.belongsTo('User', 'user_id'); }` */
export const relationIn = (
  { flow, table, id, file }: Begun,
  { name, fn, span }: Begun['methods'][number],
  all: readonly Begun[],
): Relation | undefined => {
  const [returned] = flow.callback(fn).returns;
  const call = returned === undefined ? undefined : innermost(returned.value);
  if (call === undefined) return undefined;
  const [first, second, third, fourth, fifth, sixth] = call.args.map((value): Ref => ({ value, file: fn.file }));
  if (first === undefined) return undefined;
  const label = textIn(flow, first);
  const key = label === undefined ? keyOf(flow, first) : undefined;
  const target = all.find((one) => (label === undefined ? one.key === key : one.labels.includes(label)));
  if (target === undefined) return undefined;
  const base = (one: string): string => singular(one.split('.').at(-1) ?? one);
  const at = { file: file.path, span };
  const text = (ref: Ref | undefined): string | undefined => textIn(flow, ref);
  const relation = (on: readonly Pair[], more: Partial<Relation>): Relation => ({
    name,
    target: target.key,
    many: /Many/.test(call.kind),
    on,
    owns: call.kind === 'belongsTo',
    logical: true,
    at,
    ...more,
  });
  switch (call.kind) {
    case 'belongsTo':
      return relation(
        [{ own: text(second) ?? `${base(target.table)}_${target.id}`, other: text(third) ?? target.id }],
        {},
      );
    case 'belongsToMany': {
      const link = text(second) ?? [table, target.table].sort().join('_');
      return relation([{ own: text(fifth) ?? id, other: text(third) ?? `${base(table)}_${id}` }], {
        through: {
          table: link.split('.'),
          on: [{ own: text(fourth) ?? `${base(target.table)}_${target.id}`, other: text(sixth) ?? target.id }],
        },
      });
    }
    case 'morphOne':
    case 'morphMany':
      return relation([{ own: id, other: `${text(second) ?? ''}_id` }], {});
    default:
      return relation([{ own: text(third) ?? id, other: text(second) ?? `${base(table)}_${id}` }], {});
  }
};

/** `this.hasMany(…)` under `.query(…)`, `.orderBy(…)`, `.withPivot(…)`. */
const innermost = (ref: Ref): { readonly kind: string; readonly args: CallValue['args'] } | undefined => {
  let at = ref.value;
  for (let i = 0; i < 8; i++) {
    if (at.kind !== 'call' || at.callee.kind !== 'member') return undefined;
    const { property, object } = at.callee;
    if (typeof property === 'string' && kinds.test(property) && object.kind === 'this')
      return { kind: property, args: at.args };
    at = object;
  }
  return undefined;
};
