/** Entities as TypeORM's decorators declare them: tables, columns and relations. */

import type { Chain, ClassRef, Flow, ObjectShape, Ref } from '../../flow/flow';
import type { HostFile, Member, Value } from '../../hosts/host';
import type { Schema } from '../../schema/model';
import { filledBy } from '../build/hooks';
import type { Field, Model } from '../build/model';
import { isFalse, isTrue, objectIn, optionIn, textIn } from '../build/options';
import { schemaOf } from '../build/schema';
import { columnFacts } from './columns';
import { schemaEntities } from './entitySchema';
import { defaultNaming, type Naming, snakeNaming } from './naming';
import { type Declared, type DeclaredRelation, linkRelations } from './relations';
import { readsIn } from './replication';

export interface Entity extends Model {
  /** The class's or schema's name. */
  readonly label: string;
  /** Relations that every finder loads along. */
  readonly eager: ReadonlySet<string>;
  /** Relations whose rows are inserted along. */
  readonly cascades: ReadonlySet<string>;
  /** Extends BaseEntity: its rows save themselves. */
  readonly active: boolean;
  /** Filled in by a soft delete. */
  readonly deletedAt?: string;
}

export interface TypeormData {
  readonly byClass: ReadonlyMap<string, Entity>;
  /** By class name, by the name of an EntitySchema and by table. */
  readonly byName: ReadonlyMap<string, readonly Entity[]>;
  /** By the name that relations use. */
  readonly models: ReadonlyMap<string, Entity>;
  /** What `repository.extend({ … })` adds, by place: `this` in there is the repository. */
  readonly extensions: ReadonlyMap<string, readonly Entity[]>;
  /** Methods that such an extension puts in the place of the library's; see `methodKey`. */
  readonly redefined: ReadonlySet<string>;
  /** A data source has `replication`: where reads go that no query runner decides. */
  readonly reads?: 'replica' | 'primary';
}

export const classKey = ({ file, class: owner }: ClassRef): string => `${file.path}#${owner.id}`;

/** The decorator's name and arguments where TypeORM exports it. */
export const decorated = (
  flow: Flow,
  ref: Ref,
): { readonly name: string; readonly args: readonly Ref[] } | undefined => {
  const { root, steps }: Chain = flow.chain(ref);
  const [call] = steps;
  if (root.kind !== 'package' || !isTypeorm(root.module) || call?.kind !== 'call' || call.name !== '') return undefined;
  return { name: root.name, args: call.args };
};

/** The library, or a copy of it that is published by others: `@n8n/typeorm`. NestJS has a module of that name. */
export const isTypeorm = (module: string): boolean =>
  /^(?:@[\w.-]+\/)?typeorm(?:$|\/)/.test(module) && !module.startsWith('@nestjs/');

/** `cascade: true`, `cascade: ['insert']`. */
export const insertsAlong = (flow: Flow, ref: Ref | undefined): boolean =>
  isTrue(flow, ref) ||
  (ref !== undefined &&
    flow
      .shapes(ref)
      .some((shape) => shape.kind === 'list' && shape.items.some((item) => textIn(flow, item.value) === 'insert')));

const tableDecorators = new Set(['Entity', 'ViewEntity', 'ChildEntity']);

export const readEntities = (
  files: readonly HostFile[],
  flowFor: (file: HostFile) => Flow,
): { readonly data: TypeormData; readonly schema: Schema } => {
  const naming = files.some((file) => usesSnake(file)) ? snakeNaming : defaultNaming;
  const declared: Declared[] = [];
  for (const file of files) {
    const flow = flowFor(file);
    for (const owner of file.classes) {
      const one = declaredEntity(flow, { file, class: owner }, naming);
      if (one !== undefined) declared.push(one);
    }
    declared.push(...schemaEntities(flow, file, naming));
  }
  const entities = linkRelations(declared, naming);
  const byName = new Map<string, Entity[]>();
  const byClass = new Map<string, Entity>();
  entities.forEach((entity, i) => {
    const from = declared[i];
    if (from === undefined) return;
    if (from.key !== undefined) byClass.set(from.key, entity);
    for (const name of new Set([from.label, entity.table.at(-1) ?? '']))
      byName.set(name, [...(byName.get(name) ?? []), entity]);
  });
  return {
    data: {
      byClass,
      byName,
      extensions: new Map(),
      redefined: new Set(),
      models: new Map(entities.map((entity) => [entity.name, entity])),
      ...readsIn(files, flowFor),
    },
    schema: schemaOf(entities),
  };
};

/** `namingStrategy: new SnakeNamingStrategy()` in the options of a data source. */
const usesSnake = (file: HostFile): boolean =>
  file.imports.some(({ module, imported }) => module === 'typeorm-naming-strategies' && /snake/i.test(imported));

const declaredEntity = (flow: Flow, of: ClassRef, naming: Naming): Declared | undefined => {
  const { file, class: owner } = of;
  const marks = owner.decorators.map((value) => decorated(flow, flow.ref(value)));
  const mark = marks.find((one) => one !== undefined && tableDecorators.has(one.name));
  if (mark === undefined) return undefined;
  const ancestors = flow.heritage(of).flatMap((parent) => ('class' in parent ? [parent] : []));
  const options = objectIn(flow, mark.args);
  const label = owner.name ?? '';
  const parent = mark.name === 'ChildEntity' ? ancestors.find((one) => isEntity(flow, one)) : undefined;
  const named = parent === undefined ? undefined : declaredEntity(flow, parent, naming);
  const name = textIn(flow, mark.args[0]) ?? textIn(flow, optionIn(options, 'name'));
  const schema = textIn(flow, optionIn(options, 'schema'));
  const fields = new Map<string, Field>();
  const relations: DeclaredRelation[] = [];
  const primaryKey: string[] = [];
  const eager = new Set<string>();
  const cascades = new Set<string>();
  let deletedAt: string | undefined;
  const members = membersOf(flow, of);
  const filled = new Set(members.flatMap(({ member, file: home }) => filledIn(flow, member, home)));
  const take = (member: Member, prefixes: readonly string[], path: string, home: HostFile): void => {
    const marks = member.decorators.flatMap((value) => decorated(flow, { value, file: home }) ?? []);
    for (const found of marks) {
      const settings = objectIn(flow, found.args);
      const property = `${path}${member.name}`;
      if (columns.test(found.name)) {
        const embedded = embeddedClass(flow, found.args[0]);
        if (embedded !== undefined) {
          const given = optionIn(settings, 'prefix');
          const shape = given === undefined ? undefined : flow.shapes(given)[0];
          const prefix =
            shape?.kind === 'literal' ? (typeof shape.value === 'string' ? [shape.value] : []) : [member.name];
          for (const inner of membersOf(flow, embedded))
            take(inner.member, [...prefixes, ...prefix], `${property}.`, inner.file);
          continue;
        }
        const column = naming.column(member.name, textIn(flow, optionIn(settings, 'name')), prefixes);
        const generated = marks.find((one) => one.name === 'Generated');
        fields.set(property, {
          name: property,
          column,
          ...columnFacts(flow, {
            kind: found.name,
            args: found.args,
            settings,
            generated: generated && (textIn(flow, generated.args[0]) ?? 'increment'),
            hostType: member.type,
            span: member.span,
          }),
          ...(path === '' && filled.has(member.name) && { supplied: true }),
          at: { file: home.path, span: member.span },
        });
        if (found.name.startsWith('Primary') || isTrue(flow, optionIn(settings, 'primary')))
          if (!primaryKey.includes(property)) primaryKey.push(property);
        if (found.name === 'DeleteDateColumn') deletedAt = column;
      } else if (relationKinds.test(found.name)) {
        const target = targetOf(flow, found.args[0]);
        if (target === undefined) continue;
        const options = objectIn(flow, found.args.slice(1));
        if (isTrue(flow, optionIn(options, 'eager'))) eager.add(property);
        if (insertsAlong(flow, optionIn(options, 'cascade'))) cascades.add(property);
        relations.push({
          name: property,
          kind: found.name as DeclaredRelation['kind'],
          target,
          inverse: inverseOf(flow, found.args[1]),
          joins: joinsOf(flow, member, home),
          optional: true,
          required: isFalse(flow, optionIn(options, 'nullable')),
          onDelete: textIn(flow, optionIn(options, 'onDelete')),
          logical: optionIn(options, 'createForeignKeyConstraints') !== undefined,
          at: { file: home.path, span: member.span },
        });
      }
    }
  };
  for (const { member, file: home } of members) take(member, [], '', home);
  return {
    key: classKey(of),
    label,
    table: named?.table ?? [...(schema === undefined ? [] : [schema]), naming.table(label, name)],
    fields,
    relations,
    primaryKey,
    eager,
    cascades,
    active: flow
      .heritage(of)
      .some((one) => 'root' in one && one.root.kind === 'package' && one.root.name === 'BaseEntity'),
    ...(deletedAt === undefined ? {} : { deletedAt }),
    kind: mark.name === 'ViewEntity' ? 'view' : 'table',
    at: { file: file.path, span: owner.span },
  };
};

const columns =
  /^(?:(?:Primary(?:Generated)?|CreateDate|UpdateDate|DeleteDate|Version|ObjectId|Virtual|View)?Column|PrimaryGeneratedColumn|ObjectIdColumn|TreeLevelColumn)$/;
const relationKinds = /^(?:ManyToOne|OneToOne|OneToMany|ManyToMany|TreeParent|TreeChildren)$/;

/** What a new row has of itself: `id = uuid()`, `@BeforeInsert() setId() { this.id = uuid(); }`. */
const filledIn = (flow: Flow, { name, value, function: id, decorators }: Member, file: HostFile): readonly string[] => {
  if (value !== undefined) return value.kind === 'literal' && value.value == null ? [] : [name];
  const func = id === undefined ? undefined : file.functions[id];
  if (func === undefined) return [];
  const isHook = decorators.some((one) => decorated(flow, { value: one, file })?.name === 'BeforeInsert');
  return isHook ? filledBy({ file, function: func }) : [];
};

const isEntity = (flow: Flow, { file, class: owner }: ClassRef): boolean =>
  owner.decorators.some((value) => tableDecorators.has(decorated(flow, { value, file })?.name ?? ''));

/** Its own and those of the classes above, nearest first; a name counts once. */
const membersOf = (flow: Flow, of: ClassRef): readonly { readonly member: Member; readonly file: HostFile }[] => {
  const seen = new Set<string>();
  const all = [of, ...flow.heritage(of).flatMap((parent) => ('class' in parent ? [parent] : []))];
  return all.flatMap(({ file, class: owner }) =>
    owner.members.flatMap((member) => {
      if (member.static || member.decorators.length === 0 || seen.has(member.name)) return [];
      seen.add(member.name);
      return [{ member, file }];
    }),
  );
};

/** The class that `() => User` or `type => User` gives, or the name that stands in its place. */
export const targetOf = (flow: Flow, ref: Ref | undefined): string | undefined => {
  if (ref === undefined) return undefined;
  const given = flow.shapes(ref).find((shape) => shape.kind === 'function');
  const [first] = given?.kind === 'function' ? flow.callback(given.function).returns : [{ value: ref }];
  if (first === undefined) return undefined;
  const found = flow.classOf(first.value);
  return found === undefined ? textIn(flow, first.value) : classKey(found);
};

const embeddedClass = (flow: Flow, ref: Ref | undefined): ClassRef | undefined => {
  const given = ref === undefined ? undefined : flow.shapes(ref).find((shape) => shape.kind === 'function');
  const [first] = given?.kind === 'function' ? flow.callback(given.function).returns : [];
  return first === undefined ? undefined : flow.classOf(first.value);
};

/** `user => user.posts`, or the member's name. */
const inverseOf = (flow: Flow, ref: Ref | undefined): string | undefined => {
  if (ref === undefined) return undefined;
  const given = flow.shapes(ref)[0];
  if (given?.kind !== 'function') return textIn(flow, ref);
  const value: Value | undefined = flow.callback(given.function).returns[0]?.value.value;
  return value?.kind === 'member' && typeof value.property === 'string' ? value.property : undefined;
};

const joinsOf = (flow: Flow, member: Member, file: HostFile): DeclaredRelation['joins'] => {
  const found = member.decorators
    .map((value) => decorated(flow, { value, file }))
    .filter((one) => one?.name === 'JoinColumn' || one?.name === 'JoinTable');
  if (found.length === 0) return undefined;
  const table = found.some((one) => one?.name === 'JoinTable');
  const options = found.flatMap((one) => one?.args ?? []).flatMap((ref) => flow.shapes(ref));
  const objects = options
    .flatMap((shape) => (shape.kind === 'list' ? shape.items.flatMap((item) => flow.shapes(item.value)) : [shape]))
    .flatMap((shape) => (shape.kind === 'object' ? [shape] : []));
  const columnIn = (shape: ObjectShape) => ({
    name: textIn(flow, optionIn(shape, 'name')),
    referenced: textIn(flow, optionIn(shape, 'referencedColumnName')),
  });
  const inside = (key: string) => {
    const ref = optionIn(objects[0], key);
    const object = objectIn(flow, [ref]);
    return object === undefined ? undefined : columnIn(object);
  };
  return {
    table: table
      ? {
          name: textIn(flow, optionIn(objects[0], 'name')),
          own: inside('joinColumn'),
          other: inside('inverseJoinColumn'),
        }
      : undefined,
    columns: table ? [] : objects.map(columnIn),
  };
};
