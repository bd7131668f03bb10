/** All Prisma schemas of a workspace, and which of them a call is about. */
import { folderOf, joinPath } from '../../platform/paths';
import type { Schema } from '../../schema/model';
import type { Model } from '../build/model';
import { mergeSchemas, schemaOf } from '../build/schema';
import type { SourceText } from '../orm';
import { modelsOf, type PlacedBlock } from './models';
import { type Line, readPrismaText, unquoted } from './schemaText';

export interface PrismaSchema {
  readonly folder: string;
  readonly provider: string;
  readonly models: ReadonlyMap<string, Model>;
  /** By the client's name for it: `prisma.orderItem`. */
  readonly delegates: ReadonlyMap<string, Model>;
  /** Folders that the client is generated into. */
  readonly outputs: readonly string[];
  /** `relationJoins`: related rows are joined; without it they are read by statements of their own. */
  readonly joins: boolean;
}

export interface PrismaData {
  readonly schemas: readonly PrismaSchema[];
}

export const readPrismaSchemas = (
  files: readonly SourceText[],
): { readonly data: PrismaData; readonly schema: Schema } => {
  const read = files.map(({ path, text }) => ({ path, blocks: readPrismaText(text) }));
  const roots = read.filter(({ blocks }) => blocks.some(({ kind }) => kind === 'datasource'));
  const groups = new Map(roots.map((root) => [root.path, [root]]));
  const loose: (typeof read)[number][] = [];
  for (const one of read) {
    if (groups.has(one.path)) continue;
    const home = homeOf(
      one.path,
      roots.map((root) => root.path),
    );
    if (home === undefined) loose.push(one);
    else groups.get(home)?.push(one);
  }
  const all = [...groups.values(), ...(loose.length > 0 ? [loose] : [])];
  const made = all.map((group) => {
    const placed = group.flatMap(({ path, blocks }) => blocks.map((block): PlacedBlock => ({ file: path, block })));
    const provider = unquoted(setting(placed, 'datasource', 'provider')) ?? 'postgresql';
    const logical = unquoted(setting(placed, 'datasource', 'relationMode')) === 'prisma';
    const { models, enums } = modelsOf(placed, provider, logical);
    const folder = folderOf(group[0]?.path ?? '');
    const outputs = placed
      .filter(({ block }) => block.kind === 'generator')
      .flatMap(({ file, block }) => {
        const output = unquoted(block.lines.find((line: Line) => line.name === 'output')?.type);
        return output === undefined ? [] : [joinPath(folderOf(file), output)];
      });
    const joins = placed.some(
      ({ block }) =>
        block.kind === 'generator' &&
        block.lines.some((line: Line) => line.name === 'previewFeatures' && /\brelationJoins\b/.test(line.type)),
    );
    const delegates = new Map([...models.values()].map((model) => [delegateName(model.name), model]));
    return {
      schema: { folder, provider, models, delegates, outputs, joins },
      facts: schemaOf([...models.values()], enums),
    };
  });
  return {
    data: { schemas: made.map(({ schema }) => schema) },
    schema: mergeSchemas(made.map(({ facts }) => facts)),
  };
};

const delegateName = (model: string): string => model.charAt(0).toLowerCase() + model.slice(1);

const setting = (placed: readonly PlacedBlock[], kind: string, name: string): string | undefined =>
  placed.find(({ block }) => block.kind === kind)?.block.lines.find((line) => line.name === name)?.type;

/** A file without a datasource belongs to the nearest schema: its folder's, that of a folder above, or one beside it. */
const homeOf = (path: string, roots: readonly string[]): string | undefined => {
  const scored = roots
    .map((root) => ({ root, shared: sharedFolders(path, root) }))
    .filter(({ root, shared }) => shared >= folderOf(root).split('/').length - 1);
  return scored.sort((a, b) => b.shared - a.shared || a.root.length - b.root.length)[0]?.root;
};

/** How many folders two paths have in common. */
export const sharedFolders = (a: string, b: string): number => {
  const [x, y] = [folderOf(a).split('/'), folderOf(b).split('/')];
  let count = 0;
  while (count < x.length && count < y.length && x[count] === y[count]) count++;
  return count;
};

/**
 * The schema that holds a model, for a client made in `files` (nearest first): the one whose generator writes what was
 * imported, otherwise the nearest one that has the model.
 */
export const schemaFor = (
  { schemas }: PrismaData,
  delegate: string | undefined,
  files: readonly string[],
  module: string | undefined,
): PrismaSchema | undefined => {
  const able = delegate === undefined ? schemas : schemas.filter((schema) => schema.delegates.has(delegate));
  if (able.length < 2) return able[0];
  const generated = module === undefined ? undefined : able.find((schema) => isGenerated(schema, module, files));
  if (generated !== undefined) return generated;
  for (const file of files) {
    const scored = able.map((schema) => ({ schema, shared: sharedFolders(file, `${schema.folder}/x`) }));
    scored.sort((a, b) => b.shared - a.shared);
    if (scored[0] !== undefined && scored[0].shared > (scored[1]?.shared ?? 0)) return scored[0].schema;
  }
  return able[0];
};

/** `../generated/client`, imported in one of the files, is what the schema's generator writes. */
export const isGenerated = (schema: PrismaSchema, module: string, files: readonly string[]): boolean =>
  schema.outputs.some((output) => {
    const name = output.split('/').slice(-2).join('/');
    return (
      files.some((file) => module.startsWith('.') && joinPath(folderOf(file), module).startsWith(output)) ||
      module === name ||
      module.endsWith(`/${name}`) ||
      module.includes(`/${name}/`)
    );
  });
