/** The packages of a workspace, and the environment that its files of variables give. */
import type { EnvironmentValue, Package, Place } from '../../advice/capacity/model';
import { readJson } from '../../shards/positioned/json';
import { child, entriesOf, textOf } from '../../shards/positioned/node';
import { lineIndex, positionAt } from '../../text/lineIndex';

export function readPackage(file: string, text: string): Package {
  const { node } = readJson(file, text);
  const name = textOf(child(node, 'name'));
  const dependencies = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies'].flatMap((kind) =>
    entriesOf(child(node, kind)).map(({ key, value }) => [key, textOf(value) ?? ''] as const),
  );
  const folder = file.replace(/(?:^|\/)package\.json$/, '');
  return { folder, ...(name !== undefined && { name }), dependencies: new Map(dependencies) };
}

/** The innermost package that a file lies in. */
export function innermost(packages: readonly Package[], file: string): Package | undefined {
  let found: Package | undefined;
  for (const one of packages)
    if ((one.folder === '' || file.startsWith(`${one.folder}/`)) && (!found || one.folder.length > found.folder.length))
      found = one;
  return found;
}

/** `NAME=value` lines; `.env.example` counts where nothing else says a value. */
export function dotenv(file: string, text: string): readonly EnvironmentValue[] {
  const index = lineIndex(text);
  return [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Z][A-Z0-9_]*)[ \t]*=[ \t]*(.*?)[ \t]*\r?$/gm)].map((line) => ({
    name: line[1] ?? '',
    value: (line[2] ?? '').replace(/^(["'])(.*)\1$/, '$2'),
    at: { file, line: positionAt(index, line.index).line + 1 },
  }));
}

export const placeOfText = (file: string, text: string, offset: number): Place => ({
  file,
  line: positionAt(lineIndex(text), offset).line + 1,
});

/** `env("DATABASE_URL")` or the URL itself, in the datasource of a Prisma schema. */
export function prismaSource(text: string): {
  readonly variable?: string;
  readonly limit?: number;
  readonly database: string;
} {
  const block = /^\s*datasource\s+\w+\s*\{([\s\S]*?)\}/m.exec(text)?.[1] ?? '';
  const variable = /^\s*url\s*=\s*env\(\s*"(\w+)"\s*\)/m.exec(block)?.[1];
  const limit = connectionLimit(/^\s*url\s*=\s*"([^"]*)"/m.exec(block)?.[1] ?? '');
  const database = /^\s*provider\s*=\s*"(\w+)"/m.exec(block)?.[1] ?? '';
  return { ...(variable !== undefined && { variable }), ...(limit !== undefined && { limit }), database };
}

/** `?connection_limit=5` of a URL. */
export function connectionLimit(url: string): number | undefined {
  const [, value] = /[?&](?:connection_limit|connectionLimit|pool_max)=(\d{1,6})\b/.exec(url) ?? [];
  return value === undefined ? undefined : Number(value);
}
