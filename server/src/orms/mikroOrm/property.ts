/** One property of an entity, whatever syntax declares it: a decorator, an `EntitySchema`, a `defineEntity` builder. */

import type { Flow, ObjectShape, Ref, Step } from '../../flow/flow';
import type { TypeRef } from '../../hosts/host';
import { own } from '../../text/own';
import type { Location } from '../../text/span';
import { isLiteral, objectIn, optionIn, textIn, textsIn } from '../build/options';
import { entityKey } from './identity';

export type Kind = 'scalar' | 'm:1' | '1:1' | '1:m' | 'm:n' | 'embedded';

export interface Property {
  readonly name: string;
  readonly kind: Kind;
  /** Key or name of the entity that a relation or an embedded value leads to. */
  readonly target?: string;
  readonly columns: readonly string[];
  readonly type: string;
  readonly nullable: boolean;
  readonly primary: boolean;
  readonly defaulted: boolean;
  /** `onCreate`: rows of the unit of work are given it. */
  readonly supplied: boolean;
  readonly eager: boolean;
  readonly strategy?: string;
  readonly mappedBy?: string;
  readonly inversedBy?: string;
  readonly pivotTable?: string;
  readonly pivotEntity?: string;
  readonly joinColumns: readonly string[];
  readonly inverseJoinColumns: readonly string[];
  readonly referenced: readonly string[];
  readonly onDelete?: string;
  readonly logical: boolean;
  /** Of an embedded value: `false` for none. */
  readonly prefix?: string | false;
  /** Embedded as one JSON column. */
  readonly inline: boolean;
  readonly at: Location;
}

/** Options by name, whether they stand in an object or are calls of a builder. */
export interface Options {
  ref(key: string): Ref | undefined;
  isSet(key: string): boolean;
  isOff(key: string): boolean;
}

export const objectOptions = (flow: Flow, shape: ObjectShape | undefined): Options => ({
  ref: (key) => optionIn(shape, key),
  isSet: (key) => isLiteral(flow, optionIn(shape, key), true),
  isOff: (key) => isLiteral(flow, optionIn(shape, key), false),
});

/** `p.string().fieldName('x').nullable()`: a call without an argument switches on. */
export const stepOptions = (flow: Flow, steps: readonly Step[]): Options => {
  const last = (key: string) => {
    const step = steps.findLast((one) => one.kind === 'call' && one.name === key);
    return step?.kind === 'call' ? step : undefined;
  };
  return {
    ref: (key) => last(key)?.args[0],
    isSet: (key) => {
      const step = last(key);
      return step !== undefined && (step.args.length === 0 || isLiteral(flow, step.args[0], true));
    },
    isOff: (key) => isLiteral(flow, last(key)?.args[0], false),
  };
};

const kinds: Readonly<Record<string, Kind>> = {
  ManyToOne: 'm:1',
  OneToOne: '1:1',
  OneToMany: '1:m',
  ManyToMany: 'm:n',
  Embedded: 'embedded',
  'm:1': 'm:1',
  '1:1': '1:1',
  '1:m': '1:m',
  'm:n': 'm:n',
  embedded: 'embedded',
  MANY_TO_ONE: 'm:1',
  ONE_TO_ONE: '1:1',
  ONE_TO_MANY: '1:m',
  MANY_TO_MANY: 'm:n',
  EMBEDDED: 'embedded',
};

/** By a decorator's or builder's name, or by the words of `kind` and of the enum behind it. */
export const kindNamed = (name: string): Kind =>
  own(kinds, name) ?? own(kinds, name.charAt(0).toUpperCase() + name.slice(1)) ?? 'scalar';

export interface Given {
  readonly name: string;
  readonly kind: Kind;
  readonly options: Options;
  /** What stands for the other entity, and for its side of the relation. */
  readonly entity?: Ref | undefined;
  readonly other?: Ref | undefined;
  /** As declared beside the property. */
  readonly type?: TypeRef | undefined;
  readonly typeName?: string | undefined;
  readonly at: Location;
}

/** Undefined where nothing is stored: formulas, and what is not persisted. */
export const propertyOf = (flow: Flow, given: Given, home: Flow['file']): Property | undefined => {
  const { name, kind, options, at } = given;
  if (options.isOff('persist') || options.ref('formula') !== undefined) return undefined;
  const text = (key: string): string | undefined => textIn(flow, options.ref(key));
  const list = (...keys: readonly string[]): readonly string[] => {
    for (const key of keys) {
      const found = textsIn(flow, options.ref(key));
      if (found.length > 0) return found;
    }
    return [];
  };
  const entity = given.entity ?? options.ref('entity');
  const target =
    kind === 'scalar' ? undefined : ((entity && entityKey(flow, entity)) ?? keyOfType(flow, given.type, home));
  const owner = options.isSet('owner');
  const other = memberNamed(flow, given.other);
  const mappedBy = memberNamed(flow, options.ref('mappedBy')) ?? (owner ? undefined : other);
  const inversedBy = memberNamed(flow, options.ref('inversedBy')) ?? (owner ? other : undefined);
  const pivot = options.ref('pivotEntity');
  const pivotEntity = pivot === undefined ? undefined : entityKey(flow, pivot);
  const prefix = options.isOff('prefix') ? false : text('prefix');
  const strategy = strategyNamed(flow, options.ref('strategy'));
  const pivotTable = text('pivotTable');
  const onDelete = text('deleteRule') ?? text('onDelete');
  return {
    name,
    kind,
    ...(target === undefined ? {} : { target }),
    columns: list('fieldName', 'fieldNames', 'name'),
    type: text('columnType') ?? given.typeName ?? text('type') ?? typeOf(given.type),
    nullable: options.isSet('nullable'),
    primary: options.isSet('primary'),
    defaulted: ['default', 'defaultRaw', 'autoincrement', 'onCreate'].some((key) => options.ref(key) !== undefined),
    supplied: options.ref('onCreate') !== undefined,
    eager: options.isSet('eager'),
    ...(strategy === undefined ? {} : { strategy }),
    ...(mappedBy === undefined ? {} : { mappedBy }),
    ...(inversedBy === undefined ? {} : { inversedBy }),
    ...(pivotTable === undefined ? {} : { pivotTable }),
    ...(pivotEntity === undefined ? {} : { pivotEntity }),
    joinColumns: list('joinColumn', 'joinColumns'),
    inverseJoinColumns: list('inverseJoinColumn', 'inverseJoinColumns'),
    referenced: list('referenceColumnName', 'referencedColumnNames'),
    ...(onDelete === undefined ? {} : { onDelete }),
    logical: options.isOff('createForeignKeyConstraint'),
    ...(prefix === undefined ? {} : { prefix }),
    inline: options.isSet('array') || options.isSet('object') || given.type?.name === 'Array',
    at,
  };
};

/** `LoadStrategy.SELECT_IN`, `'select-in'`. */
export const strategyNamed = (flow: Flow, ref: Ref | undefined): string | undefined => {
  if (ref === undefined) return undefined;
  const last = flow.chain(ref).steps.at(-1);
  const said = textIn(flow, ref) ?? (last?.kind === 'member' ? last.name : undefined);
  return said?.toLowerCase().replace('_', '-');
};

/** `book => book.author`, or the member's name. */
const memberNamed = (flow: Flow, ref: Ref | undefined): string | undefined => {
  if (ref === undefined) return undefined;
  const given = flow.shapes(ref)[0];
  if (given?.kind !== 'function') return textIn(flow, ref);
  const value = flow.callback(given.function).returns[0]?.value.value;
  return value?.kind === 'member' && typeof value.property === 'string' ? value.property : undefined;
};

const wrappers = new Set([
  'Ref',
  'LazyRef',
  'IdentifiedReference',
  'Reference',
  'Rel',
  'Loaded',
  'Collection',
  'Array',
]);

/** The entity that a property's own type names: `Ref<Author> | null`, `Collection<Book>`. */
const keyOfType = (flow: Flow, type: TypeRef | undefined, home: Flow['file']): string | undefined => {
  if (type === undefined) return undefined;
  if (type.name === '|' || type.name === '&') {
    for (const arg of type.args) {
      const found = keyOfType(flow, arg, home);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (wrappers.has(type.name)) return keyOfType(flow, type.args[0], home);
  const found = flow.classOf({ type, file: home });
  if (found !== undefined) return `${found.file.path}#${found.class.id}`;
  return /^[A-Z]\w*$/.test(type.name) ? type.name : undefined;
};

const typeOf = (type: TypeRef | undefined): string => {
  switch (type?.name) {
    case 'number':
      return 'integer';
    case 'boolean':
      return 'boolean';
    case 'bigint':
      return 'bigint';
    case 'Date':
      return 'timestamp';
    default:
      return 'varchar';
  }
};

export const nestedOptions = (flow: Flow, ref: Ref | undefined): Options => objectOptions(flow, objectIn(flow, [ref]));
