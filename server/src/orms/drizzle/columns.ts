/** What a chain of Drizzle's column builders says of one column. */

import type { Flow, Ref, Step } from '../../flow/flow';
import type { Expr } from '../../query/model';
import { own } from '../../text/own';
import type { Span } from '../../text/span';
import { initialIn, madeBy, valuesIn } from '../build/columnFacts';
import type { Field } from '../build/model';

type CallStep = Step & { readonly kind: 'call' };
type Facts = Pick<
  Field,
  'type' | 'modifiers' | 'nullable' | 'identity' | 'default' | 'defaulted' | 'supplied' | 'allowed'
>;

/** `builder`: the function that begins the column; `calls`: it and what is chained on to it. */
export function columnFacts(flow: Flow, builder: string, calls: readonly CallStep[], span: Span): Facts {
  const call = (name: string): CallStep | undefined => calls.find((step) => step.name === name);
  const has = (...names: readonly string[]): boolean => calls.some((step) => names.includes(step.name));
  const identity: Field['identity'] = /serial$/i.test(builder)
    ? 'serial'
    : has('generatedAlwaysAsIdentity', 'generatedByDefaultAsIdentity')
      ? 'identity'
      : has('autoincrement')
        ? 'auto-increment'
        : undefined;
  const made = madeIn(flow, call, span);
  const allowed = enumIn(flow, builder, calls);
  return {
    type: typeIn(flow, builder, calls),
    modifiers: [],
    nullable: !has('notNull', 'primaryKey') && identity !== 'serial' && identity !== 'identity',
    ...(identity === undefined ? {} : { identity }),
    ...(made === undefined ? {} : { default: made }),
    ...(has('default', 'defaultNow', 'defaultRandom', '$default', '$defaultFn') ? { defaulted: true } : {}),
    ...(has('$default', '$defaultFn', '$onUpdate', '$onUpdateFn') ? { supplied: true } : {}),
    ...(allowed === undefined ? {} : { allowed }),
  };
}

function madeIn(flow: Flow, call: (name: string) => CallStep | undefined, span: Span): Expr | undefined {
  if (call('defaultNow')) return madeBy('now', span);
  if (call('defaultRandom')) return madeBy('gen_random_uuid', span);
  const [given] = (call('$defaultFn') ?? call('$default') ?? call('default'))?.args ?? [];
  return given && initialIn(flow, given, span);
}

/** `pgEnum('mood', […])('column')`, `schema.enum('mood', […])('column')`, `mysqlEnum('column', […])`, `text('c', { enum: […] })`. */
function enumIn(flow: Flow, builder: string, calls: readonly CallStep[]): readonly string[] | undefined {
  const [first] = calls;
  if (builder === 'pgEnum') return valuesIn(flow, [first?.args[1]]);
  const named = calls.find((step) => step.name === 'enum');
  if (named) return valuesIn(flow, [named.args[1]]);
  const begun = calls.find((step) => step.name === builder) ?? first;
  if (/^(?:mysql|singlestore|cockroach)Enum$/.test(builder)) return valuesIn(flow, begun?.args.slice(-1) ?? []);
  const given = optionOf(flow, begun, 'enum');
  return given && valuesIn(flow, [given]);
}

/** An option of the builder's last argument. */
function optionOf(flow: Flow, call: CallStep | undefined, key: string): Ref | undefined {
  const last = call?.args.at(-1);
  const shape = last && flow.shapes(last).find((one) => one.kind === 'object');
  return shape?.kind === 'object' ? shape.entries.findLast((entry) => entry.key === key)?.value : undefined;
}

const typeNames: Readonly<Record<string, string>> = {
  serial: 'integer',
  bigserial: 'bigint',
  smallserial: 'smallint',
  int: 'int',
  doublePrecision: 'double precision',
  mysqlEnum: 'enum',
  singlestoreEnum: 'enum',
  customType: '',
};

function typeIn(flow: Flow, builder: string, calls: readonly CallStep[]): string {
  const named = builder === 'pgEnum' ? calls[0] : calls.find((step) => step.name === 'enum');
  const [name] = named?.args ?? [];
  if (name) {
    const shape = flow.shapes(name)[0];
    return shape?.kind === 'literal' && typeof shape.value === 'string' ? shape.value.toLowerCase() : 'enum';
  }
  const begun = calls.find((step) => step.name === builder) ?? calls[0];
  const says = (key: string, value: string | boolean): boolean => {
    const ref = optionOf(flow, begun, key);
    return ref !== undefined && flow.shapes(ref).some((shape) => shape.kind === 'literal' && shape.value === value);
  };
  // SQLite keeps truth in integers; with a zone, PostgreSQL's type has another name.
  if (builder === 'integer' && says('mode', 'boolean')) return 'boolean';
  if (builder === 'timestamp' && says('withTimezone', true)) return 'timestamptz';
  return own(typeNames, builder) ?? builder.toLowerCase();
}
