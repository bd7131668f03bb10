/** The column, unique key and index that a migration adds, said in `schema.prisma` too: without them Prisma would take them back. */
import { type Block, type Line, readPrismaText } from '../orms/prisma/schemaText';
import type { TextEdit } from '../text/edits';
import type { Location } from '../text/span';

export interface ModelPlace {
  readonly at: Location;
  readonly text: string;
}

export interface AddedColumn {
  readonly column: string;
  /** Columns of the child, which stand behind the new one. */
  readonly unique: readonly string[];
  readonly index: readonly string[];
  /** The relation to the parent goes over the new column too. */
  readonly widened: boolean;
}

/** The parent's model says what the field is called and of what type it is. Undefined where the models do not say enough. */
export function prismaField(
  child: ModelPlace,
  parent: ModelPlace,
  { column, unique, index, widened }: AddedColumn,
): readonly TextEdit[] | undefined {
  const [model, like] = [blockAt(child), blockAt(parent)];
  const key = like?.lines.find((line) => columnOf(line) === column);
  const last = model?.lines.findLast(({ name }) => name !== '');
  if (!model || !like || !key || !last) return undefined;
  const names = (columns: readonly string[]): string =>
    columns.map((one) => model.lines.find((line) => columnOf(line) === one)?.name ?? one).join(', ');
  const attributes = key.attributes
    .filter(({ name }) => name === 'map' || name.startsWith('db.'))
    .map(({ name, args }) => ` @${name}${args.length > 0 ? `(${args.map((one) => one.text).join(', ')})` : ''}`);
  const blocks = [
    ...(unique.length > 0 ? [`  @@unique([${key.name}, ${names(unique)}])\n`] : []),
    `  @@index([${key.name}, ${names(index)}])\n`,
  ];
  const relation = model.lines.find((line) => line.type === like.name && fieldsOf(line) === `[${names(index)}]`);
  const after = child.text.indexOf('\n', last.end);
  const end = child.text.slice(0, model.end).trimEnd().length - 1;
  if (after < 0 || after > end || (widened && !relation)) return undefined;
  return [
    ...(widened && relation ? wider(child.text, relation, key.name) : []),
    insertion(after, `\n  ${key.name} ${key.type}${attributes.join('')}`),
    insertion(end, blocks.join('')),
  ];
}

const insertion = (at: number, text: string): TextEdit => ({ span: { start: at, end: at }, text });

/** What was read last: one model after another is asked for, of a schema that may have thousands of lines. */
let last: { readonly text: string; readonly blocks: readonly Block[] } | undefined;

const blocksIn = (text: string): readonly Block[] => {
  if (last?.text !== text) last = { text, blocks: readPrismaText(text) };
  return last.blocks;
};

const blockAt = ({ at, text }: ModelPlace): Block | undefined =>
  blocksIn(text).find(({ kind, start, end }) => kind === 'model' && start <= at.span.start && at.span.start < end);

const columnOf = ({ name, attributes }: Line): string =>
  attributes.find((one) => one.name === 'map')?.args[0]?.text.replace(/^"|"$/g, '') ?? name;

const fieldsOf = ({ attributes }: Line): string | undefined =>
  attributes
    .find(({ name }) => name === 'relation')
    ?.args.find(({ name }) => name === 'fields')
    ?.text.replace(/\s*,\s*/g, ', ');

/** `fields: [orderId], references: [id]` → `fields: [tenantId, orderId], references: [tenantId, id]`. */
const wider = (text: string, { start, end }: Line, field: string): readonly TextEdit[] =>
  [...text.slice(start, end).matchAll(/\b(?:fields|references)\s*:\s*\[/g)].map((list) =>
    insertion(start + list.index + list[0].length, `${field}, `),
  );
