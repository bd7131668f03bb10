/** `new EntitySchema({ … })` and `defineEntity({ … })`. */
import type { Flow, ObjectShape, Ref, Step } from '../../flow/flow';
import type { HostFile, Value } from '../../hosts/host';
import { isLiteral, objectIn, optionIn, textIn } from '../build/options';
import type { Declared } from './entities';
import { filtersIn } from './filter';
import { classKey, entityKey, schemaKey, schemaStep } from './identity';
import { kindNamed, objectOptions, type Property, propertyOf, stepOptions } from './property';

export const schemaEntities = (flow: Flow, file: HostFile): readonly Declared[] =>
  topValues(file).flatMap((value) => {
    const step = schemaStep(flow.chain(flow.ref(value)));
    if (step === undefined || step.file !== file || (step.kind !== 'new' && step.kind !== 'call')) return [];
    const options = objectIn(flow, [step.args[0]]);
    return options === undefined ? [] : [fromOptions(flow, file, options, step, value)];
  });

const topValues = (file: HostFile): readonly Value[] => [
  ...(file.functions[0]?.body ?? []).flatMap((statement) =>
    statement.kind === 'declare' && statement.value?.kind === 'call' ? [statement.value] : [],
  ),
  ...file.exports.flatMap((one) => (one.kind === 'value' && one.value.kind === 'call' ? [one.value] : [])),
];

const fromOptions = (flow: Flow, file: HostFile, options: ObjectShape, step: Step, value: Value): Declared => {
  const bound = optionIn(options, 'class');
  const owner = bound === undefined ? undefined : flow.classOf(bound);
  const above = optionIn(options, 'extends');
  const parent = above === undefined ? undefined : entityKey(flow, above);
  const is = (key: string): boolean => isLiteral(flow, optionIn(options, key), true);
  return {
    keys: [schemaKey(step), ...(owner === undefined ? [] : [classKey(owner)])],
    label: textIn(flow, optionIn(options, 'name')) ?? owner?.class.name ?? '',
    kind: is('embeddable')
      ? 'embeddable'
      : is('abstract')
        ? 'abstract'
        : optionIn(options, 'expression') === undefined
          ? 'table'
          : 'view',
    table: textIn(flow, optionIn(options, 'tableName')) ?? textIn(flow, optionIn(options, 'collection')),
    schema: textIn(flow, optionIn(options, 'schema')),
    properties: propertiesIn(flow, file, optionIn(options, 'properties')),
    extends: parent === undefined ? [] : [parent],
    filters: filtersIn(flow, optionIn(options, 'filters')),
    at: { file: file.path, span: value.span },
  };
};

const propertiesIn = (flow: Flow, file: HostFile, ref: Ref | undefined): readonly Property[] => {
  const given = ref === undefined ? undefined : flow.shapes(ref).find((shape) => shape.kind === 'function');
  const made = given?.kind === 'function' ? flow.callback(given.function).returns[0]?.value : ref;
  return (objectIn(flow, [made])?.entries ?? []).flatMap(({ key, value, keySpan, file: home }) => {
    if (key === undefined) return [];
    const at = { file: home.path, span: keySpan };
    return plainProperty(flow, file, key, value, at) ?? builtProperty(flow, file, key, value, at) ?? [];
  });
};

/** `{ kind: 'm:1', entity: () => Author }`; older ones say `reference`. */
const plainProperty = (
  flow: Flow,
  file: HostFile,
  name: string,
  ref: Ref,
  at: Property['at'],
): Property | undefined => {
  const shape = objectIn(flow, [ref]);
  if (shape === undefined) return undefined;
  const said = optionIn(shape, 'kind') ?? optionIn(shape, 'reference');
  const last = said === undefined ? undefined : flow.chain(said).steps.at(-1);
  const kind = kindNamed(textIn(flow, said) ?? (last?.kind === 'member' ? last.name : ''));
  const entity = optionIn(shape, 'entity') ?? (kind === 'scalar' ? undefined : optionIn(shape, 'type'));
  return propertyOf(flow, { name, kind, options: objectOptions(flow, shape), entity, at }, file);
};

/** `p.string().fieldName('x')`, `() => p.manyToOne(Author)`. */
const builtProperty = (
  flow: Flow,
  file: HostFile,
  name: string,
  ref: Ref,
  at: Property['at'],
): Property | undefined => {
  const given = flow.shapes(ref).find((shape) => shape.kind === 'function');
  const made = given?.kind === 'function' ? flow.callback(given.function).returns[0]?.value : ref;
  if (made === undefined) return undefined;
  const { steps } = flow.chain(made);
  const at0 = steps.findIndex((step) => step.kind === 'call' && step.name !== '');
  const first = steps[at0];
  if (first?.kind !== 'call') return undefined;
  const kind = kindNamed(first.name);
  const options = stepOptions(flow, steps.slice(at0 + 1));
  const entity = kind === 'scalar' ? undefined : first.args[0];
  return propertyOf(flow, { name, kind, options, entity, typeName: first.name.toLowerCase(), at }, file);
};
