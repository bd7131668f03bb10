/** Which file of the project a module specifier means. */
import { asList, asString, entriesOf, type Json, member, readJson } from '../hosts/json';
import { dirname, join } from './paths';

/** What the engine hands in. Everything asked for is a dependency of whoever asked. */
export interface ProjectFiles {
  has(path: string): boolean;
  /** Text of small configuration files; undefined where there is none. */
  text(path: string): string | undefined;
  /** Paths of all `package.json` outside of node_modules. */
  packages(): readonly string[];
  /** Text of a manifest within node_modules, which is not listed; undefined where there is none. */
  installed?(path: string): string | undefined;
  /** Told what a specifier may mean, before it is known what lies there: see `lookedFor`. */
  looked?(key: string): void;
}

const sourceEndings = /(?:(?:\.d)?\.[cm]?[jt]sx?)+$/;

/** What a question for a path leaves among its reads, answered or not: one key for all the files that could answer it. */
const lookedFor = (path: string): string => `?${path.replace(sourceEndings, '')}`;

/** The questions that a file answers, or no longer answers, when it comes or goes. */
export const answeredBy = (file: string): readonly string[] => {
  const own = lookedFor(file);
  return own.endsWith('/index') ? [own, lookedFor(own.slice(1, -'/index'.length))] : [own];
};

const extensions = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.d.ts'] as const;
const written: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

export interface ModuleResolver {
  /** Undefined: a package, or nothing that is there. */
  resolve(from: string, specifier: string): string | undefined;
}

interface Paths {
  readonly base: string;
  readonly baseUrl: boolean;
  readonly patterns: readonly {
    readonly prefix: string;
    readonly suffix: string;
    readonly targets: readonly string[];
  }[];
}

interface Package {
  readonly name: string;
  readonly folder: string;
  readonly json: Json;
}

export const moduleResolver = (files: ProjectFiles): ModuleResolver => {
  const configs = new Map<string, Paths | undefined>();
  let workspaces: ReadonlyMap<string, Package> | undefined;

  const asFile = (path: string): string | undefined => {
    files.looked?.(lookedFor(path));
    if (/\.[cm]?[jt]sx?$/.test(path) && files.has(path)) return path;
    const dot = path.slice(path.lastIndexOf('.'));
    for (const extension of written[dot] ?? []) {
      const candidate = path.slice(0, -dot.length) + extension;
      if (files.has(candidate)) return candidate;
    }
    for (const extension of extensions) if (files.has(path + extension)) return path + extension;
    for (const extension of extensions) if (files.has(`${path}/index${extension}`)) return `${path}/index${extension}`;
    return undefined;
  };

  const readConfig = (path: string, seen: ReadonlySet<string>): Paths | undefined => {
    const text = seen.has(path) || seen.size > 8 ? undefined : files.text(path);
    if (text === undefined) return undefined;
    const json = readJson(text);
    const options = member(json, 'compilerOptions');
    const folder = dirname(path);
    const baseUrl = asString(member(options, 'baseUrl'));
    const paths = entriesOf(member(options, 'paths'));
    const base = baseUrl === undefined ? folder : join(folder, baseUrl);
    const extended = member(json, 'extends');
    const parents = (typeof extended === 'string' ? [extended] : asList(extended)).flatMap((e) =>
      typeof e === 'string' ? [e] : [],
    );
    let inherited: Paths | undefined;
    for (const parent of parents) {
      const target = parent.startsWith('.') ? join(folder, parent) : packageConfig(parent);
      if (target === undefined) continue;
      const file = [target, `${target}.json`, `${target}/tsconfig.json`].find(
        (p) => p.endsWith('.json') && files.has(p),
      );
      inherited = (file === undefined ? undefined : readConfig(file, new Set([...seen, path]))) ?? inherited;
    }
    if (paths.length === 0 && baseUrl === undefined) return inherited;
    const patterns = paths.map(([pattern, targets]) => {
      const [prefix = '', suffix] = pattern.split('*');
      const exact = suffix === undefined;
      return {
        prefix,
        suffix: exact ? '\0' : suffix,
        targets: asList(targets).flatMap((t) => (typeof t === 'string' ? [t] : [])),
      };
    });
    // `paths` without `baseUrl` are relative to the file that declares them.
    if (paths.length === 0) return { base, baseUrl: true, patterns: inherited?.patterns ?? [] };
    return { base, baseUrl: baseUrl !== undefined, patterns };
  };

  const packageConfig = (specifier: string): string | undefined => {
    const found = packageOf(specifier);
    return found === undefined ? undefined : join(found.package.folder, found.rest);
  };

  const configFor = (folder: string): Paths | undefined => {
    if (configs.has(folder)) return configs.get(folder);
    configs.set(folder, undefined);
    let found: Paths | undefined;
    for (const name of ['tsconfig.json', 'jsconfig.json', 'tsconfig.base.json']) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (!files.has(path)) continue;
      found = readConfig(path, new Set());
      if (found !== undefined) break;
    }
    if (found === undefined && folder !== '') found = configFor(dirname(folder));
    configs.set(folder, found);
    return found;
  };

  const byPaths = (from: string, specifier: string): string | undefined => {
    const config = configFor(dirname(from));
    if (config === undefined) return undefined;
    const matching = config.patterns
      .filter(({ prefix, suffix }) =>
        suffix === '\0'
          ? specifier === prefix
          : specifier.startsWith(prefix) &&
            specifier.endsWith(suffix) &&
            specifier.length >= prefix.length + suffix.length,
      )
      .sort((a, b) => b.prefix.length - a.prefix.length);
    for (const { prefix, suffix, targets } of matching) {
      const star = suffix === '\0' ? '' : specifier.slice(prefix.length, specifier.length - suffix.length);
      for (const target of targets) {
        const file = asFile(join(config.base, target.replace('*', star)));
        if (file !== undefined) return file;
      }
    }
    return config.baseUrl ? asFile(join(config.base, specifier)) : undefined;
  };

  const packageOf = (specifier: string): { readonly package: Package; readonly rest: string } | undefined => {
    workspaces ??= new Map(
      files.packages().flatMap((path) => {
        const text = files.text(path);
        const json = text === undefined ? undefined : readJson(text);
        const name = asString(member(json, 'name'));
        return name === undefined || json === undefined ? [] : [[name, { name, folder: dirname(path), json }] as const];
      }),
    );
    const parts = specifier.split('/');
    const count = specifier.startsWith('@') ? 2 : 1;
    const found = workspaces.get(parts.slice(0, count).join('/'));
    return found === undefined ? undefined : { package: found, rest: parts.slice(count).join('/') };
  };

  /** Built folders are not in the workspace: the source lies beside them. */
  const sources = (folder: string, target: string): readonly string[] => {
    const path = target.replace(/^\.\//, '').replace(/\.d\.[cm]?ts$/, '.ts');
    const bare = path.replace(/\.[cm]?[jt]s$/, '');
    const unbuilt = bare.replace(/^(?:dist|build|lib|out|esm|cjs)(?:\/(?:esm|cjs|types|src))?\//, '');
    return [path, bare, `src/${unbuilt}`, unbuilt, `src/${path}`].map((p) => join(folder, p));
  };

  const exportTargets = (json: Json | undefined): readonly string[] => {
    if (typeof json === 'string') return [json];
    if (Array.isArray(json)) return asList(json).flatMap(exportTargets);
    return entriesOf(json).flatMap(([, value]) => exportTargets(value));
  };

  const byWorkspace = (specifier: string): string | undefined => {
    const found = packageOf(specifier);
    if (found === undefined) return undefined;
    const { folder, json } = found.package;
    const key = found.rest === '' ? '.' : `./${found.rest}`;
    const exported = member(json, 'exports');
    const targets: string[] = [];
    for (const [pattern, target] of entriesOf(exported)) {
      if (pattern === key) targets.push(...exportTargets(target));
      const [prefix = '', suffix] = pattern.split('*');
      if (suffix === undefined || !key.startsWith(prefix) || !key.endsWith(suffix)) continue;
      const star = key.slice(prefix.length, key.length - suffix.length);
      targets.push(...exportTargets(target).map((t) => t.replaceAll('*', star)));
    }
    if (key === '.') {
      if (targets.length === 0) targets.push(...exportTargets(exported));
      for (const field of ['source', 'types', 'typings', 'module', 'main']) {
        const target = asString(member(json, field));
        if (target !== undefined) targets.push(target);
      }
      targets.push('src/index', 'index');
    } else targets.push(found.rest, `src/${found.rest}`);
    for (const target of targets) {
      for (const candidate of sources(folder, target)) {
        const file = asFile(candidate);
        if (file !== undefined) return file;
      }
    }
    return undefined;
  };

  return {
    resolve: (from, specifier) => {
      if (specifier.startsWith('.')) return asFile(join(dirname(from), specifier));
      if (specifier.startsWith('/')) return asFile(specifier);
      return byPaths(from, specifier) ?? byWorkspace(specifier);
    },
  };
};
