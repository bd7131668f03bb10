/** `new EntitySchema({ name, tableName, columns, relations })`. */

import type { Flow, ObjectShape, Ref } from '../../flow/flow';
import type { HostFile, Value } from '../../hosts/host';
import { own } from '../../text/own';
import type { Location } from '../../text/span';
import type { Field } from '../build/model';
import { isFalse, isTrue, objectIn, optionIn, textIn } from '../build/options';
import { columnFacts } from './columns';
import { insertsAlong, isTypeorm, targetOf } from './entities';
import type { Naming } from './naming';
import type { Declared, DeclaredRelation } from './relations';

export const schemaEntities = (flow: Flow, file: HostFile, naming: Naming): readonly Declared[] =>
  topValues(file).flatMap((value) => {
    if (value.kind !== 'call' || !value.isNew) return [];
    const { root } = flow.chain(flow.ref(value));
    if (root.kind !== 'package' || !isTypeorm(root.module) || root.name !== 'EntitySchema') return [];
    const [first] = value.args;
    const options = first === undefined ? undefined : objectIn(flow, [flow.ref(first)]);
    return options === undefined ? [] : [fromOptions(flow, file, options, value, naming)];
  });

const topValues = (file: HostFile): readonly Value[] => [
  ...(file.functions[0]?.body ?? []).flatMap((statement) =>
    statement.kind === 'declare' && statement.value !== undefined ? [statement.value] : [],
  ),
  ...file.exports.flatMap((one) => (one.kind === 'value' ? [one.value] : [])),
];

const kinds: Readonly<Record<string, DeclaredRelation['kind']>> = {
  'many-to-one': 'ManyToOne',
  'one-to-one': 'OneToOne',
  'one-to-many': 'OneToMany',
  'many-to-many': 'ManyToMany',
};

const fromOptions = (flow: Flow, file: HostFile, options: ObjectShape, value: Value, naming: Naming): Declared => {
  const target = optionIn(options, 'target');
  const label = textIn(flow, optionIn(options, 'name')) ?? '';
  const schema = textIn(flow, optionIn(options, 'schema'));
  const at = { file: file.path, span: value.span };
  const fields = new Map<string, Field>();
  const primaryKey: string[] = [];
  let deletedAt: string | undefined;
  for (const { key, settings, at: place } of objectsIn(flow, optionIn(options, 'columns'))) {
    const column = naming.column(key, textIn(flow, optionIn(settings, 'name')), []);
    const generated = optionIn(settings, 'generated');
    fields.set(key, {
      name: key,
      column,
      ...columnFacts(flow, {
        kind: isTrue(flow, optionIn(settings, 'createDate')) ? 'CreateDateColumn' : 'Column',
        args: [],
        settings,
        generated: textIn(flow, generated) ?? (isTrue(flow, generated) ? 'increment' : undefined),
        span: place.span,
      }),
      at: place,
    });
    if (isTrue(flow, optionIn(settings, 'primary'))) primaryKey.push(key);
    if (isTrue(flow, optionIn(settings, 'deleteDate'))) deletedAt = column;
  }
  const eager = new Set<string>();
  const cascades = new Set<string>();
  const relations = objectsIn(flow, optionIn(options, 'relations')).flatMap(({ key, settings }) => {
    const kind = own(kinds, textIn(flow, optionIn(settings, 'type')) ?? '');
    const other = targetOf(flow, optionIn(settings, 'target'));
    if (kind === undefined || other === undefined) return [];
    if (isTrue(flow, optionIn(settings, 'eager'))) eager.add(key);
    if (insertsAlong(flow, optionIn(settings, 'cascade'))) cascades.add(key);
    const relation: DeclaredRelation = {
      name: key,
      kind,
      target: other,
      inverse: textIn(flow, optionIn(settings, 'inverseSide')),
      joins: joins(flow, settings),
      optional: true,
      required: isFalse(flow, optionIn(settings, 'nullable')),
      onDelete: textIn(flow, optionIn(settings, 'onDelete')),
      logical: false,
      at,
    };
    return [relation];
  });
  const owner = target === undefined ? undefined : flow.classOf(target);
  return {
    key: owner === undefined ? undefined : `${owner.file.path}#${owner.class.id}`,
    label,
    table: [
      ...(schema === undefined ? [] : [schema]),
      naming.table(label, textIn(flow, optionIn(options, 'tableName'))),
    ],
    fields,
    relations,
    primaryKey,
    eager,
    cascades,
    active: false,
    ...(deletedAt === undefined ? {} : { deletedAt }),
    kind: 'table',
    at,
  };
};

const objectsIn = (
  flow: Flow,
  ref: Ref | undefined,
): readonly { readonly key: string; readonly settings: ObjectShape; readonly at: Location }[] =>
  (objectIn(flow, [ref])?.entries ?? []).flatMap(({ key, value, keySpan, file }) => {
    const settings = objectIn(flow, [value]);
    return key === undefined || settings === undefined
      ? []
      : [{ key, settings, at: { file: file.path, span: keySpan } }];
  });

const joins = (flow: Flow, settings: ObjectShape): DeclaredRelation['joins'] => {
  const column = optionIn(settings, 'joinColumn');
  const table = optionIn(settings, 'joinTable');
  const named = (shape: ObjectShape | undefined) =>
    shape === undefined
      ? undefined
      : {
          name: textIn(flow, optionIn(shape, 'name')),
          referenced: textIn(flow, optionIn(shape, 'referencedColumnName')),
        };
  if (table !== undefined) {
    const shape = objectIn(flow, [table]);
    return {
      columns: [],
      table: {
        name: textIn(flow, optionIn(shape, 'name')),
        own: named(objectIn(flow, [optionIn(shape, 'joinColumn')])),
        other: named(objectIn(flow, [optionIn(shape, 'inverseJoinColumn')])),
      },
    };
  }
  if (column === undefined) return undefined;
  const shape = named(objectIn(flow, [column]));
  return { table: undefined, columns: shape === undefined ? [] : [shape] };
};
