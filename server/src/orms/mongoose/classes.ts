/** Schemas by decorators: NestJS's `@Schema` and `@Prop`, Typegoose's `@prop` and `@modelOptions`. */
import type { ClassRef, Flow, ObjectShape, Ref } from '../../flow/flow';
import type { Member } from '../../hosts/host';
import { objectIn, optionIn } from '../mongodb/context';
import { classKey } from '../sequelize/reading';
import { type DeclaredSchema, modelName, type Reference, readPaths, settingsOf } from './schema';

interface Mark {
  readonly name: string;
  readonly args: readonly Ref[];
}

/** The decorator's name and arguments where one of the libraries exports it. */
const marked = (flow: Flow, ref: Ref): Mark | undefined => {
  const { root, steps } = flow.chain(ref);
  const [call] = steps;
  if (root.kind !== 'package' || call?.kind !== 'call' || call.name !== '') return undefined;
  if (!/^(?:@nestjs\/mongoose|@typegoose\/typegoose|typegoose|nestjs-typegoose)$/.test(root.module)) return undefined;
  return { name: root.name, args: call.args };
};

export const readClassSchema = (flow: Flow, of: ClassRef): DeclaredSchema | undefined => {
  const marks = of.class.decorators.flatMap((value) => marked(flow, { value, file: of.file }) ?? []);
  const members = membersOf(flow, of);
  const nest = marks.find(({ name }) => name === 'Schema');
  const goose = marks.find(({ name }) => name === 'modelOptions');
  const hasProps = members.some(({ mark }) => mark.name === 'prop');
  // Typegoose needs no mark on the class itself.
  if (nest === undefined && goose === undefined && !hasProps) return undefined;
  const settings: ObjectShape | undefined =
    nest !== undefined
      ? objectIn(flow, nest.args[0])
      : objectIn(flow, optionIn(objectIn(flow, goose?.args[0]), 'schemaOptions'));
  const paths = new Map<string, string>();
  const references = new Map<string, Reference>();
  for (const { member, mark } of members) readMember(flow, member, mark, paths, references);
  return { key: classKey(of), paths, references, ...settingsOf(flow, settings, of.file.path), plugins: [] };
};

/** Its own and those of the classes above; a name counts once. */
const membersOf = (flow: Flow, of: ClassRef) => {
  const seen = new Set<string>();
  const all = [of, ...flow.heritage(of).flatMap((parent) => ('class' in parent ? [parent] : []))];
  return all.flatMap((home) =>
    home.class.members.flatMap((member) => {
      if (member.static || member.decorators.length === 0 || seen.has(member.name)) return [];
      const mark = member.decorators
        .flatMap((value) => marked(flow, { value, file: home.file }) ?? [])
        .find(({ name }) => /^(?:Prop|prop)$/.test(name));
      if (mark === undefined) return [];
      seen.add(member.name);
      return [{ member, mark }];
    }),
  );
};

const readMember = (
  flow: Flow,
  member: Member,
  { args }: Mark,
  paths: Map<string, string>,
  references: Map<string, Reference>,
): void => {
  const settings = objectIn(flow, args[0]);
  paths.set(member.name, (member.type?.name ?? 'mixed').toLowerCase());
  const given = args[0] === undefined ? undefined : flow.shapes(args[0])[0];
  if (given?.kind === 'list') {
    readPaths(flow, listed(flow, args[0], member.name), paths, references);
    return;
  }
  const foreign = optionIn(settings, 'foreignField');
  const local = optionIn(settings, 'localField');
  const refersTo = optionIn(settings, 'ref') ?? innerRef(flow, settings);
  if (refersTo === undefined) return;
  const text = (ref: Ref | undefined): string | undefined => {
    const [shape] = ref === undefined ? [] : flow.shapes(ref);
    if (shape?.kind === 'literal' && typeof shape.value === 'string') return shape.value;
    const [first] = shape?.kind === 'function' ? flow.callback(shape.function).returns : [];
    return first === undefined ? undefined : text(first.value);
  };
  references.set(member.name, {
    model: modelName(flow, refersTo),
    local: text(local) ?? member.name,
    foreign: text(foreign) ?? '_id',
    automatic: optionIn(settings, 'autopopulate') !== undefined,
  });
};

/** `type: [{ type: ObjectId, ref: 'Cat' }]`. */
const innerRef = (flow: Flow, settings: ObjectShape | undefined): Ref | undefined => {
  const type = optionIn(settings, 'type');
  const [shape] = type === undefined ? [] : flow.shapes(type);
  const inner =
    shape?.kind === 'list' ? objectIn(flow, shape.items[0]?.value) : shape?.kind === 'object' ? shape : undefined;
  return optionIn(inner, 'ref');
};

/** `@Prop([{ type: ObjectId, ref: 'Cat' }])` as the object that a schema would have. */
const listed = (flow: Flow, ref: Ref | undefined, name: string): ObjectShape | undefined => {
  const [shape] = ref === undefined ? [] : flow.shapes(ref);
  const first = shape?.kind === 'list' ? shape.items[0] : undefined;
  if (ref === undefined || first === undefined) return undefined;
  const { span } = ref.value;
  return {
    kind: 'object',
    entries: [{ key: name, keySpan: span, value: first.value, when: [], file: ref.file }],
    open: false,
    ref,
  };
};
