/** What an attribute of a model says of its column: options of `init` and `define`, or sequelize-typescript's decorators. */

import type { Flow, ObjectShape, Ref } from '../../flow/flow';
import type { TypeRef } from '../../hosts/host';
import type { Expr } from '../../query/model';
import { own } from '../../text/own';
import type { Span } from '../../text/span';
import { initialIn, madeBy, valuesIn } from '../build/columnFacts';
import type { Field } from '../build/model';
import { isTrue, objectIn, optionIn } from '../build/options';

export type ColumnFacts = Pick<
  Field,
  'type' | 'modifiers' | 'nullable' | 'identity' | 'default' | 'defaulted' | 'supplied' | 'allowed'
>;

/** A decorator, or an option that stands for one. */
export interface Mark {
  readonly name: string;
  readonly args: readonly Ref[];
}

export interface AttributeDeclaration {
  readonly marks: readonly Mark[];
  readonly settings: ObjectShape | undefined;
  readonly primary: boolean;
  /** Of the property, where it has one. */
  readonly hostType?: TypeRef | undefined;
  readonly span: Span;
}

export function columnFacts(
  flow: Flow,
  { marks, settings, primary, hostType, span }: AttributeDeclaration,
): ColumnFacts {
  const mark = (name: string): Mark | undefined => marks.find((one) => one.name === name);
  const given = settings ? optionIn(settings, 'type') : mark('Column')?.args[0];
  const word = given === undefined ? undefined : /([A-Z][A-Z0-9]+)/.exec(flow.print(given))?.[1];
  const initial = optionIn(settings, 'defaultValue') ?? mark('Default')?.args[0];
  const made = (initial && initialOf(flow, initial, span)) ?? (mark('CreatedAt') && madeBy('now', span));
  const allowed = word === 'ENUM' && given ? enumIn(flow, given, settings) : undefined;
  const counted = isTrue(flow, optionIn(settings, 'autoIncrement')) || mark('AutoIncrement') !== undefined;
  return {
    type: word === undefined ? hostTypeName(hostType) : (own(typeNames, word) ?? word.toLowerCase()),
    modifiers: [],
    nullable: !primary && mayBeNull(flow, marks, settings, hostType),
    ...(counted ? { identity: 'auto-increment' as const } : {}),
    ...(made === undefined ? {} : { default: made }),
    ...(initial === undefined ? {} : { defaulted: true }),
    ...(initial === undefined || isSql(flow, initial) ? {} : { supplied: true }),
    ...(allowed === undefined ? {} : { allowed }),
  };
}

/**
 * `allowNull: true`, `@AllowNull`, `string | null`. Where nobody says it the model would let NULL pass, but the columns of
 * most applications are made by migrations: that is no reason to speak.
 */
function mayBeNull(
  flow: Flow,
  marks: readonly Mark[],
  settings: ObjectShape | undefined,
  hostType: TypeRef | undefined,
): boolean {
  const mark = marks.find(({ name }) => name === 'AllowNull');
  const said = optionIn(settings, 'allowNull') ?? mark?.args[0];
  if (said) return isTrue(flow, said);
  if (mark) return true;
  return (
    !marks.some(({ name }) => name === 'NotNull') &&
    hostType?.name === '|' &&
    hostType.args.some(({ name }) => name === 'null')
  );
}

/** `DataTypes.ENUM('a', 'b')`, `DataType.ENUM({ values: […] })`, `ENUM(...Object.values(Status))`, `values` beside the type. */
function enumIn(flow: Flow, type: Ref, settings: ObjectShape | undefined): readonly string[] | undefined {
  const beside = optionIn(settings, 'values');
  if (beside) return valuesIn(flow, [beside]);
  const call = flow.chain(type).steps.at(-1);
  if (call?.kind !== 'call') return undefined;
  const [first] = call.args;
  const listed = optionIn(objectIn(flow, [first]), 'values');
  if (listed) return valuesIn(flow, [listed]);
  return valuesIn(
    flow,
    call.args.map((arg) => (arg.value.kind === 'spread' ? { ...arg, value: arg.value.value } : arg)),
  );
}

/** `literal('uuid_generate_v4()')`, `fn('gen_random_uuid')`: the database computes it. */
const isSql = (flow: Flow, ref: Ref): boolean => /^(?:\w+\.)?(?:literal|fn)\(/i.test(flow.print(ref));

function initialOf(flow: Flow, ref: Ref, span: Span): Expr | undefined {
  const version = /\bUUIDV([1-7])\b/.exec(flow.print(ref))?.[1];
  if (version !== undefined) return madeBy('uuid', span, Number(version));
  return /\bDataTypes?\.NOW\b|\bSequelize\.NOW\b/.test(flow.print(ref))
    ? madeBy('now', span)
    : initialIn(flow, ref, span);
}

const typeNames: Readonly<Record<string, string>> = {
  STRING: 'varchar',
  DATE: 'timestamptz',
  DATEONLY: 'date',
  NOW: 'timestamptz',
  UUIDV1: 'uuid',
  UUIDV4: 'uuid',
  DOUBLE: 'double precision',
  FLOAT: 'real',
  DECIMAL: 'numeric',
  BLOB: 'bytea',
};

function hostTypeName(given: TypeRef | undefined): string {
  const type = given?.name === '|' ? given.args.find(({ name }) => name !== 'null' && name !== 'undefined') : given;
  switch (type?.name) {
    case 'string':
      return 'varchar';
    case 'number':
      return 'integer';
    case 'boolean':
      return 'boolean';
    case 'bigint':
      return 'bigint';
    case 'Date':
      return 'timestamptz';
    default:
      return '';
  }
}
