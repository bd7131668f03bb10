/** Which version of a package a lock file says: npm's, pnpm's, yarn's (both forms) and bun's. Of a text that is none of them, nothing. */
import { asList, asString, entriesOf, member, readJson } from '../hosts/json';

export interface Asked {
  readonly name: string;
  /** The folder of the manifest that asks, from the lock file's: '' or 'packages/api'. */
  readonly importer: string;
  /** The manifest's own name, and the range that it asks for. */
  readonly workspace: string | undefined;
  readonly range: string | undefined;
}

/** A version as it is written there. */
export type Lock = (asked: Asked) => string | undefined;

const npmLock = (text: string): Lock => {
  const json = readJson(text);
  const packages = member(json, 'packages');
  return ({ name, importer }) => {
    for (const folder of upwards(importer)) {
      const found = member(packages, folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`);
      const version = asString(member(found, 'version'));
      if (version !== undefined) return version;
    }
    // The first form of the file.
    return asString(member(member(member(json, 'dependencies'), name), 'version'));
  };
};

const pnpmLock = (text: string): Lock => {
  const found = new Map<string, string>();
  const path: { readonly indent: number; readonly key: string }[] = [];
  for (const line of text.split('\n')) {
    const [, blank = '', single, double, plain = '', value = ''] =
      /^( *)(?:'([^']+)'|"([^"]+)"|([^\s:#'"-][^:]*)):(?: +(.*))?$/.exec(line.trimEnd()) ?? [];
    const key = single ?? double ?? plain;
    if (key === '') continue;
    if (blank === '' && /^(?:packages|snapshots)$/.test(key)) break;
    while ((path.at(-1)?.indent ?? -1) >= blank.length) path.pop();
    path.push({ indent: blank.length, key });
    const keys = path.map((one) => one.key);
    // `importers`, `packages/api`, `dependencies`, `typeorm`; one project alone has no importers in older forms.
    const [importer = '', section = '', name = '', last, more] =
      keys[0] === 'importers' ? keys.slice(1) : ['.', ...keys];
    if (value === '' || !/ependencies$/.test(section) || name === '' || more !== undefined) continue;
    if (last === undefined || last === 'version') found.set(`${importer}\0${name}`, value);
  }
  return ({ name, importer }) =>
    upwards(importer)
      .map((folder) => found.get(`${folder === '' ? '.' : folder}\0${name}`))
      .find((version) => version !== undefined);
};

const yarnLock = (text: string): Lock => {
  const found = new Map<string, string>();
  let asked: readonly string[] = [];
  for (const line of text.split('\n')) {
    if (/^[^\s#].*:\s*$/.test(line))
      asked = line
        .trimEnd()
        .slice(0, -1)
        .split(',')
        .map((one) => one.trim().replace(/^"|"$/g, ''));
    const version = /^ {2}version:? +"?([^"\s]+)"?\s*$/.exec(line)?.[1];
    if (version !== undefined) for (const one of asked) found.set(one, version);
  }
  return ({ name, range }) => {
    const own = range === undefined ? undefined : (found.get(`${name}@${range}`) ?? found.get(`${name}@npm:${range}`));
    if (own !== undefined) return own;
    const all = new Set([...found].filter(([one]) => one.startsWith(`${name}@`)).map(([, version]) => version));
    return all.size === 1 ? [...all][0] : undefined;
  };
};

const bunLock = (text: string): Lock => {
  const packages = new Map(entriesOf(member(readJson(text), 'packages')));
  return ({ name, workspace }) => {
    const [resolved] = asList(packages.get(`${workspace}/${name}`) ?? packages.get(name));
    const written = asString(resolved);
    return written?.slice(written.lastIndexOf('@') + 1);
  };
};

/** The folder, and those around it. */
const upwards = (folder: string): readonly string[] => {
  const parts = folder === '' ? [] : folder.split('/');
  return [...parts.map((_, i) => parts.slice(0, parts.length - i).join('/')), ''];
};

export const lockFiles: Readonly<Record<string, (text: string) => Lock>> = {
  'package-lock.json': npmLock,
  'pnpm-lock.yaml': pnpmLock,
  'yarn.lock': yarnLock,
  'bun.lock': bunLock,
};
