/** Which version of a package a file of the workspace uses: as installed, as locked, or as its manifest asks; nearest first. */
import { asString, type Json, member, readJson } from '../hosts/json';
import { type Lock, lockFiles } from './lockfiles';
import type { ProjectFiles } from './modules';
import { dirname } from './paths';

export interface Version {
  readonly major: number;
  readonly minor: number;
}

/** Versions that are not known are the newest. `than`: '0.3', '7'. */
export const isOlder = (version: Version | undefined, than: string): boolean => {
  const other = parsed(than);
  if (version === undefined || other === undefined) return false;
  return version.major < other.major || (version.major === other.major && version.minor < other.minor);
};

/** `0.3.20(pg@8.11.0)`, `^6.1`, `npm:typeorm@0.2.45`; undefined for `latest`, `*`, `workspace:*`. */
const parsed = (written: string): Version | undefined => {
  const [, major, minor = '0'] = /^(?:npm:.+@)?[\s^~>=v'"]*(\d+)(?:\.(\d+))?/.exec(written) ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor) };
};

interface Manifest {
  readonly folder: string;
  readonly json: Json | undefined;
}

/** The last text of each path as it was read: an editor makes a new project with each key, and these files are large. */
const read = new Map<string, { readonly text: string; readonly lock: Lock }>();

const lockOf = (path: string, text: string, reader: (text: string) => Lock): Lock => {
  const known = read.get(path);
  if (known?.text === text) return known.lock;
  const lock = reader(text);
  read.set(path, { text, lock });
  return lock;
};

export const packageVersions = (files: ProjectFiles): ((from: string, name: string) => Version | undefined) => {
  const lockAt = (path: string, reader: (text: string) => Lock): Lock | undefined => {
    const text = files.has(path) ? files.text(path) : undefined;
    return text === undefined ? undefined : lockOf(path, text, reader);
  };

  const rangeIn = ({ json }: Manifest, name: string): string | undefined =>
    ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']
      .map((section) => asString(member(member(json, section), name)))
      .find((range) => range !== undefined);

  const locked = (folder: string, name: string, around: readonly Manifest[]): string | undefined => {
    const asking = around.find((manifest) => rangeIn(manifest, name) !== undefined) ?? around[0];
    if (asking === undefined) return undefined;
    const asked = {
      name,
      importer: asking.folder.slice(folder.length + 1),
      workspace: asString(member(asking.json, 'name')),
      range: rangeIn(asking, name),
    };
    return Object.entries(lockFiles)
      .map(([file, reader]) => lockAt(`${folder}/${file}`, reader)?.(asked))
      .find((version) => version !== undefined);
  };

  const find = (around: readonly Manifest[], name: string): string | undefined => {
    const steps: readonly ((manifest: Manifest) => string | undefined)[] = [
      ({ folder }) =>
        asString(member(readJson(files.installed?.(`${folder}/node_modules/${name}/package.json`) ?? ''), 'version')),
      ({ folder }) =>
        locked(
          folder,
          name,
          around.filter((one) => one.folder.startsWith(folder)),
        ),
      (manifest) => rangeIn(manifest, name),
    ];
    for (const step of steps)
      for (const manifest of around) {
        const version = step(manifest);
        if (version !== undefined) return version;
      }
    return undefined;
  };

  /** Every folder asks its manifests about every library. */
  const manifests = new Map<string, { readonly text: string; readonly json: Json | undefined }>();
  const manifestAt = (folder: string): Manifest => {
    const text = files.text(`${folder}/package.json`) ?? '';
    const before = manifests.get(folder);
    const known = before?.text === text ? before : { text, json: readJson(text) };
    manifests.set(folder, known);
    return { folder, json: known.json };
  };

  return (from, name) => {
    const around = files
      .packages()
      .map(dirname)
      .filter((folder) => from.startsWith(`${folder}/`))
      .sort((a, b) => b.length - a.length);
    const written = find(around.map(manifestAt), name);
    return written === undefined ? undefined : parsed(written);
  };
};
