/** What TypeORM's column decorators, and the columns of an EntitySchema, say of one column. */

import type { Flow, ObjectShape, Ref } from '../../flow/flow';
import type { TypeRef } from '../../hosts/host';
import { own } from '../../text/own';
import type { Span } from '../../text/span';
import { initialIn, madeBy, sqlDefault, valuesIn } from '../build/columnFacts';
import type { Field } from '../build/model';

type Facts = Pick<
  Field,
  'type' | 'modifiers' | 'nullable' | 'identity' | 'default' | 'defaulted' | 'supplied' | 'allowed'
>;

export interface ColumnDeclaration {
  /** The decorator's name: `Column`, `PrimaryGeneratedColumn`, `CreateDateColumn` … */
  readonly kind: string;
  readonly args: readonly Ref[];
  readonly settings: ObjectShape | undefined;
  /** `@Generated('uuid')` beside it, or `generated` of an EntitySchema; `increment` where it says no more. */
  readonly generated?: string | undefined;
  /** Of the property, where it has one. */
  readonly hostType?: TypeRef | undefined;
  readonly span: Span;
}

export function columnFacts(flow: Flow, declaration: ColumnDeclaration): Facts {
  const { kind, args, settings, span } = declaration;
  const generated = generatedBy(flow, declaration);
  const option = (key: string): Ref | undefined => settings?.entries.findLast((entry) => entry.key === key)?.value;
  const said =
    typeName(flow, kind === 'PrimaryGeneratedColumn' ? undefined : args[0]) ?? typeName(flow, option('type'));
  const allowed = said === undefined || !/enum$/.test(said) ? undefined : valuesIn(flow, [option('enum')]);
  const initial = option('default');
  const made = madeFor(generated, span) ?? timeOf(kind, span) ?? (initial && initialOf(flow, initial, span));
  return {
    type: said ?? typeFor(generated, kind, declaration.hostType),
    modifiers: [],
    nullable: kind === 'DeleteDateColumn' || isTrue(flow, option('nullable')),
    ...(generated === 'increment' ? { identity: 'auto-increment' as const } : {}),
    ...(generated === 'identity' ? { identity: 'identity' as const } : {}),
    ...(made === undefined ? {} : { default: made }),
    ...(generated !== undefined || initial !== undefined ? { defaulted: true } : {}),
    ...(allowed === undefined ? {} : { allowed }),
  };
}

function generatedBy(flow: Flow, { kind, args, generated }: ColumnDeclaration): string | undefined {
  if (generated !== undefined) return generated;
  return kind === 'PrimaryGeneratedColumn' ? (text(flow, args[0]) ?? 'increment') : undefined;
}

const madeFor = (generated: string | undefined, span: Span) =>
  generated === 'uuid' ? madeBy('uuid', span, 4) : generated === 'rowid' ? madeBy('unique_rowid', span) : undefined;

const timeOf = (kind: string, span: Span) => (/^(?:Create|Update)Date/.test(kind) ? madeBy('now', span) : undefined);

const initialOf = (flow: Flow, ref: Ref, span: Span) => initialIn(flow, ref, span) ?? sqlDefault(flow.print(ref), span);

function typeFor(generated: string | undefined, kind: string, hostType: TypeRef | undefined): string {
  if (generated === 'uuid') return 'uuid';
  if (generated !== undefined) return generated === 'rowid' ? 'bigint' : 'integer';
  if (/DateColumn$/.test(kind)) return 'timestamp';
  switch (hostType?.name) {
    case 'number':
      return 'integer';
    case 'boolean':
      return 'boolean';
    case 'Date':
      return 'timestamp';
    default:
      return 'varchar';
  }
}

/** `'varchar'`, or a constructor that stands for a type: `String`, `Number`. */
function typeName(flow: Flow, ref: Ref | undefined): string | undefined {
  const said = text(flow, ref)?.toLowerCase();
  if (said !== undefined || ref === undefined) return said;
  const { root, steps } = flow.chain(ref);
  return root.kind === 'global' && steps.length === 0 ? own(constructors, root.name) : undefined;
}

const constructors: Readonly<Record<string, string>> = {
  String: 'varchar',
  Number: 'integer',
  Boolean: 'boolean',
  Date: 'timestamp',
  BigInt: 'bigint',
};

const text = (flow: Flow, ref: Ref | undefined): string | undefined => {
  const shape = ref === undefined ? undefined : flow.shapes(ref).find((one) => one.kind === 'literal');
  return shape?.kind === 'literal' && typeof shape.value === 'string' ? shape.value : undefined;
};

const isTrue = (flow: Flow, ref: Ref | undefined): boolean =>
  ref !== undefined && flow.shapes(ref).some((shape) => shape.kind === 'literal' && shape.value === true);
