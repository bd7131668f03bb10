/** Models of one Prisma schema: physical names, keys and relations. */
import type { Expr } from '../../query/model';
import type { Location, Span } from '../../text/span';
import { madeBy, sqlDefault } from '../build/columnFacts';
import type { Field, Model, Pair, Relation } from '../build/model';
import { typeOf } from './fieldType';
import { type Attribute, argument, attribute, type Block, type Line, named, names, unquoted } from './schemaText';

export interface PlacedBlock {
  readonly file: string;
  readonly block: Block;
}

export interface PrismaModels {
  readonly models: ReadonlyMap<string, Model>;
  readonly enums: ReadonlyMap<string, readonly string[]>;
}

export const modelsOf = (placed: readonly PlacedBlock[], provider: string, logical: boolean): PrismaModels => {
  const enums = new Map(
    placed.filter(({ block }) => block.kind === 'enum').map(({ block }) => [block.name, valuesOf(block)]),
  );
  const tables = placed.filter(({ block }) => block.kind === 'model' || block.kind === 'view');
  const known = new Map(tables.map((one) => [one.block.name, one]));
  const models = tables.map(({ file, block }): [string, Model] => {
    const at = (line: { readonly start: number; readonly end: number }): Location => ({
      file,
      span: { start: line.start, end: line.end },
    });
    const fields = new Map(
      block.lines
        .filter((line) => line.name !== '' && line.type !== '' && !known.has(line.type))
        .map((line) => [line.name, fieldOf(line, provider, enums, at(line))]),
    );
    const relations = new Map(
      block.lines.flatMap((line) => {
        const relation = known.has(line.type) ? relationOf(block, line, known, logical, at(line)) : undefined;
        return relation === undefined ? [] : [[line.name, relation] as const];
      }),
    );
    return [
      block.name,
      {
        name: block.name,
        table: tableName(block),
        fields,
        relations,
        ...keysOf(block),
        kind: block.kind === 'view' ? 'view' : 'table',
        declared: true,
        at: at({ start: block.start, end: block.start + `${block.kind} ${block.name}`.length }),
      },
    ];
  });
  return { models: new Map(models), enums };
};

const blockAttributes = (block: Block, name: string): readonly Attribute[] =>
  block.lines.flatMap((line) => (line.name === '' ? line.attributes.filter((one) => one.name === name) : []));

const tableName = (block: Block): readonly string[] => {
  const schema = unquoted(argument(blockAttributes(block, 'schema')[0], 'map'));
  const table = unquoted(argument(blockAttributes(block, 'map')[0], 'name')) ?? block.name;
  return schema === undefined ? [table] : [schema, table];
};

const valuesOf = (block: Block): readonly string[] =>
  block.lines
    .filter((line) => line.name !== '')
    .map((line) => unquoted(argument(attribute(line, 'map'), 'name')) ?? line.name);

const columnName = (line: Line): string => unquoted(argument(attribute(line, 'map'), 'name')) ?? line.name;

const fieldOf = (line: Line, provider: string, enums: ReadonlyMap<string, readonly string[]>, at: Location): Field => {
  const initial = argument(attribute(line, 'default'), 'value');
  const allowed = enums.get(line.type);
  const made = initial === undefined ? undefined : defaultOf(initial, at.span);
  return {
    name: line.name,
    column: columnName(line),
    ...typeOf(line, provider),
    nullable: line.optional,
    ...(initial?.startsWith('autoincrement(') === true ? { identity: 'auto-increment' as const } : {}),
    ...(initial !== undefined || attribute(line, 'updatedAt') !== undefined ? { defaulted: true } : {}),
    ...(isSupplied(initial) || attribute(line, 'updatedAt') !== undefined ? { supplied: true } : {}),
    ...(made === undefined ? {} : { default: made }),
    ...(allowed === undefined || line.list ? {} : { allowed }),
    at,
  };
};

/** Prisma itself sends constants, ids and times; the rest the database makes. */
const isSupplied = (initial: string | undefined): boolean =>
  initial !== undefined && !/^(?:autoincrement|dbgenerated|sequence)\(/.test(initial.trim());

/** `uuid(7)`, `cuid()`, `now()`, `dbgenerated("gen_random_uuid()")`; constants say nothing of how values grow. */
const defaultOf = (text: string, span: Span): Expr | undefined => {
  const [, name = '', args = ''] = /^(\w+)\(([\s\S]*)\)$/.exec(text.trim()) ?? [];
  if (name === 'dbgenerated') return sqlDefault(unquoted(args) ?? '', span);
  if (name === '' || name === 'autoincrement') return undefined;
  const version = /^\d+/.exec(args.trim())?.[0];
  // Prisma makes random ones unless it is told otherwise.
  return madeBy(
    name === 'auto' ? 'objectid' : name === 'sequence' ? 'nextval' : name,
    span,
    version === undefined ? (name === 'uuid' ? 4 : undefined) : Number(version),
  );
};

/** Primary key and uniques by the name that `where` calls them. */
const keysOf = (block: Block): { readonly keys: Model['keys']; readonly primaryKey: readonly string[] } => {
  const keys = new Map<string, readonly string[]>();
  let primaryKey: readonly string[] = [];
  for (const line of block.lines) {
    if (line.name === '') continue;
    if (attribute(line, 'id') !== undefined) primaryKey = [line.name];
    if (attribute(line, 'id') !== undefined || attribute(line, 'unique') !== undefined)
      keys.set(line.name, [line.name]);
  }
  for (const kind of ['id', 'unique']) {
    for (const one of blockAttributes(block, kind)) {
      const fields = names(argument(one, 'fields'));
      if (fields.length === 0) continue;
      if (kind === 'id') primaryKey = fields;
      keys.set(unquoted(named(one, 'name')) ?? fields.join('_'), fields);
    }
  }
  return { keys, primaryKey };
};

const relationName = (line: Line): string | undefined => unquoted(argument(attribute(line, 'relation'), 'name'));

const relationOf = (
  block: Block,
  line: Line,
  known: ReadonlyMap<string, PlacedBlock>,
  logical: boolean,
  at: Location,
): Relation | undefined => {
  const target = known.get(line.type)?.block;
  if (target === undefined) return undefined;
  const base = { name: line.name, target: target.name, many: line.list, at };
  const own = pairsOf(block, line, target);
  if (own.length > 0) {
    const onDelete = named(attribute(line, 'relation'), 'onDelete');
    return {
      ...base,
      on: own,
      owns: true,
      ...(line.optional ? { optional: true } : {}),
      ...(onDelete === undefined ? {} : { onDelete: onDelete.toLowerCase() }),
      ...(logical ? { logical } : {}),
    };
  }
  const back = target.lines.find(
    (other) => other.type === block.name && other !== line && relationName(other) === relationName(line),
  );
  const theirs = back === undefined ? [] : pairsOf(target, back, block);
  if (theirs.length > 0)
    return { ...base, on: theirs.map(({ own: other, other: mine }) => ({ own: mine, other })), owns: false };
  return back?.list === true && line.list ? { ...base, ...linkOf(block, line, target, back), owns: false } : undefined;
};

/** `fields` and `references` as columns. */
const pairsOf = (block: Block, line: Line, target: Block): readonly Pair[] => {
  const relation = attribute(line, 'relation');
  const [fields, references] = [names(named(relation, 'fields')), names(named(relation, 'references'))];
  return fields.flatMap((field, i) => {
    const reference = references[i];
    return reference === undefined ? [] : [{ own: columnIn(block, field), other: columnIn(target, reference) }];
  });
};

const columnIn = (block: Block, field: string): string => {
  const line = block.lines.find((one) => one.name === field);
  return line === undefined ? field : columnName(line);
};

/** The link table of two lists that no model stands for: `_CategoryToPost` with columns `A` and `B`. */
const linkOf = (block: Block, line: Line, target: Block, back: Line): Pick<Relation, 'on' | 'through'> => {
  const first = block.name === target.name ? line.name < back.name : block.name < target.name;
  const name = relationName(line) ?? [block.name, target.name].sort().join('To');
  const id = (of: Block): string => {
    const key = of.lines.find((one) => one.name !== '' && attribute(one, 'id') !== undefined);
    return key === undefined ? 'id' : columnName(key);
  };
  const [mine, other] = first ? ['A', 'B'] : ['B', 'A'];
  const [schema, ...rest] = tableName(block);
  const table = rest.length > 0 && schema !== undefined ? [schema, `_${name}`] : [`_${name}`];
  return { on: [{ own: id(block), other: mine }], through: { table, on: [{ own: other, other: id(target) }] } };
};
