/** `@Entity()` classes. */
import type { ClassRef, Flow, Ref } from '../../flow/flow';
import type { HostFile, Member } from '../../hosts/host';
import { isLiteral, objectIn, optionIn, textIn } from '../build/options';
import type { Declared } from './entities';
import { type Filter, filterIn, filtersIn } from './filter';
import { classKey, isMikro, schemaKey, schemaStep } from './identity';
import { kindNamed, objectOptions, type Property, propertyOf } from './property';

interface Mark {
  readonly name: string;
  readonly args: readonly Ref[];
}

const marksOf = (flow: Flow, file: HostFile, decorators: Member['decorators']): readonly Mark[] =>
  decorators.flatMap((value): readonly Mark[] => {
    for (const { root, steps } of flow.chains({ value, file })) {
      const [call] = steps;
      if (root.kind === 'package' && isMikro(root.module) && call?.kind === 'call' && call.name === '')
        return [{ name: root.name, args: call.args }];
    }
    return [];
  });

export const decoratedEntities = (flow: Flow, file: HostFile): readonly Declared[] =>
  file.classes.flatMap((owner) => declaredClass(flow, { file, class: owner }) ?? []);

const declaredClass = (flow: Flow, of: ClassRef): Declared | undefined => {
  const { file, class: owner } = of;
  const marks = marksOf(flow, file, owner.decorators);
  const mark = marks.find(({ name }) => name === 'Entity' || name === 'Embeddable');
  const heritage = flow.heritage(of);
  const schemas = heritage.flatMap((one) => {
    const step = 'root' in one ? schemaStep(one) : undefined;
    return step === undefined ? [] : [schemaKey(step)];
  });
  const label = owner.name ?? '';
  const at = { file: file.path, span: owner.span };
  if (mark === undefined) {
    // `class Author extends AuthorSchema.class`: the class of that schema.
    if (schemas.length === 0) return undefined;
    const keys = [classKey(of), ...schemas];
    return {
      keys,
      label,
      kind: 'table',
      table: undefined,
      schema: undefined,
      properties: [],
      extends: [],
      filters: [],
      at,
    };
  }
  const ancestors = heritage.flatMap((one) => ('class' in one ? [one] : []));
  const options = objectIn(flow, mark.args);
  const root = ancestors.findLast((one) => isDiscriminated(flow, one));
  const expression = optionIn(options, 'expression');
  const kind =
    mark.name === 'Embeddable'
      ? 'embeddable'
      : isLiteral(flow, optionIn(options, 'abstract'), true)
        ? 'abstract'
        : expression === undefined
          ? 'table'
          : 'view';
  return {
    keys: [classKey(of)],
    label,
    kind,
    table:
      textIn(flow, optionIn(options, 'tableName')) ??
      textIn(flow, optionIn(options, 'collection')) ??
      textIn(flow, mark.args[0]),
    schema: textIn(flow, optionIn(options, 'schema')),
    properties: propertiesOf(flow, [of, ...ancestors]),
    extends: schemas,
    ...(root === undefined ? {} : { root: classKey(root) }),
    filters: [...filtersOn(flow, [of, ...ancestors]), ...filtersIn(flow, optionIn(options, 'filters'))],
    at,
  };
};

const isDiscriminated = (flow: Flow, { file, class: owner }: ClassRef): boolean =>
  marksOf(flow, file, owner.decorators).some(({ name, args }) => {
    const options = name === 'Entity' ? objectIn(flow, args) : undefined;
    return ['discriminatorColumn', 'discriminatorMap'].some((key) => optionIn(options, key) !== undefined);
  });

const filtersOn = (flow: Flow, classes: readonly ClassRef[]): readonly Filter[] =>
  classes.flatMap(({ file, class: owner }) =>
    marksOf(flow, file, owner.decorators).flatMap(({ name, args }) =>
      name === 'Filter' ? (filterIn(flow, args[0]) ?? []) : [],
    ),
  );

/** Its own and those of the classes above, nearest first; a name counts once. */
const propertiesOf = (flow: Flow, classes: readonly ClassRef[]): readonly Property[] => {
  const seen = new Set<string>();
  return classes.flatMap(({ file, class: owner }) =>
    owner.members.flatMap((member): readonly Property[] => {
      if (member.static || member.decorators.length === 0 || seen.has(member.name)) return [];
      const found = marksOf(flow, file, member.decorators).find(({ name }) => storing.test(name));
      if (found === undefined) return [];
      seen.add(member.name);
      const property = decoratedProperty(flow, file, member, found);
      return property === undefined ? [] : [property];
    }),
  );
};

const storing = /^(?:Property|PrimaryKey|SerializedPrimaryKey|Enum|ManyToOne|OneToOne|OneToMany|ManyToMany|Embedded)$/;

const decoratedProperty = (flow: Flow, file: HostFile, member: Member, { name, args }: Mark): Property | undefined => {
  const kind = kindNamed(name);
  if (name === 'SerializedPrimaryKey') return undefined;
  const [first, second] = args;
  const shape = objectIn(
    flow,
    args.filter((arg) => flow.shapes(arg).some((one) => one.kind === 'object')),
  );
  const isOptions = first !== undefined && flow.shapes(first).some((one) => one.kind === 'object');
  const property = propertyOf(
    flow,
    {
      name: member.name,
      kind,
      options: objectOptions(flow, shape),
      entity: isOptions || kind === 'scalar' ? undefined : first,
      other: isOptions || kind === 'm:1' ? undefined : second,
      type: member.type,
      typeName: undefined,
      at: { file: file.path, span: member.span },
    },
    file,
  );
  if (property === undefined) return undefined;
  const defaulted = property.defaulted || member.value !== undefined;
  return { ...property, defaulted, primary: property.primary || name === 'PrimaryKey' };
};
