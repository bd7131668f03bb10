/** Names across files: what an import or an export means in the end. Lazy; only what is asked for is read. */
import { type EditedFile, isEdited } from '../hosts/editedFile';
import type { HostFile, Import, Value } from '../hosts/host';
import type { Binding } from './bindings';
import { exportsKey } from './exportList';
import { type FileIndex, indexFile, indexStretch } from './fileIndex';
import { moduleResolver, type ProjectFiles } from './modules';
import { dirname } from './paths';
import { packageVersions, type Version } from './versions';

export interface Sources extends ProjectFiles {
  /**
   * The file's facts. Undefined where it cannot be had (yet): what it would say is unknown. An engine whose reads are
   * asynchronous notes the path, loads it and asks again.
   */
  file(path: string): HostFile | undefined;
  /** What stands in for an export of a file of the project that is not there; `from`: the file that it is made from. */
  generated?(name: string): { readonly file: HostFile; readonly from: string } | undefined;
}

export type Target =
  /** A top-level name of a file of the project: a variable, function, class or type. */
  | { readonly kind: 'local'; readonly file: HostFile; readonly name: string }
  | { readonly kind: 'value'; readonly file: HostFile; readonly value: Value }
  | { readonly kind: 'namespace'; readonly file: HostFile }
  /** A package, or a relative path that is not in the workspace (generated code): `module` as written. */
  | { readonly kind: 'package'; readonly module: string; readonly name: string };

export interface Project {
  index(file: HostFile): FileIndex;
  /** What declares a name at the top level of a file; nobody asks for the mentions of a function or class. */
  topLevel(file: HostFile, name: string): Binding | undefined;
  resolve(from: HostFile, module: string, name: string): Target;
  resolveImport(from: HostFile, imported: Import): Target;
  /** The file of the project that a module specifier means. */
  fileOf(from: string, module: string): string | undefined;
  /** Of a package as the file uses it; undefined where nothing says it. */
  version(from: HostFile, name: string): Version | undefined;
  /** What a file exports under that name. */
  exportOf(file: HostFile, name: string): Target;
  /** Files whose facts have been read since the last call, and what else an answer depends on: keys that begin with `?`. */
  takeReads(): ReadonlySet<string>;
  /** What an answer has read, to be said again when it is given without reading. */
  watch<T>(ask: () => T): { readonly answer: T; readonly reads: ReadonlySet<string> };
  reread(reads: ReadonlySet<string>): void;
  /** How often a file could not be had: what was answered meanwhile may be different when it is there. */
  readonly missed: number;
}

/** Stands among the reads of an answer that depends on what is generated, for all the texts that it is made from. */
export const generatedKey = '?generated';

/**
 * An index depends on its file alone, so that it outlives the project. It is as large as the file and soon made again:
 * those that were not asked for lately are given up.
 */
let indexes = new Map<string, FileIndex>();
let older = indexes;

/** What a file says by itself, without a project. One version of a path at a time: an editor makes a new one with each key. */
export const indexed = (file: HostFile): FileIndex => {
  const edited = stretched.get(file);
  if (edited) return edited;
  const known = indexes.get(file.path);
  if (known?.file === file) return known;
  const before = older.get(file.path);
  const index = before?.file === file ? before : indexFile(file);
  if (index !== before) settled.set(file, settledIn(index));
  indexes.set(file.path, index);
  if (before !== undefined && older !== indexes) older.delete(file.path);
  return index;
};

/** Of files in which somebody types. */
const stretched = new WeakMap<HostFile, FileIndex>();

/** Says of a file of which a stretch was read anew how it came about: the rest of it need not be indexed again. */
export function indexEdited(edited: EditedFile): void {
  const { before, file } = edited;
  if (stretched.has(file)) return;
  if (isEdited(before)) indexEdited(before);
  stretched.set(file, indexStretch(indexed(before.file), edited));
}

/** Functions and classes that nothing is assigned to, by name: what other files ask for most, long after the index has gone. */
const settled = new WeakMap<HostFile, ReadonlyMap<string, Binding>>();

const settledIn = ({ module }: FileIndex): ReadonlyMap<string, Binding> =>
  new Map(
    [...module.names].flatMap(([name, binding]) =>
      binding.writes.length === 0 && (binding.declared.kind === 'function' || binding.declared.kind === 'class')
        ? [[name, { ...binding, mentions: [] }]]
        : [],
    ),
  );

const topLevel = (file: HostFile, name: string): Binding | undefined =>
  settled.get(file)?.get(name) ?? indexed(file).module.names.get(name);

const mostIndexes = 100;

/** Between questions alone: while one is answered, a binding is one object. */
export const restIndexes = (): void => {
  if (indexes.size < mostIndexes) return;
  older = indexes;
  indexes = new Map();
};

const nothing: ReadonlySet<string> = new Set();

export const openProject = (sources: Sources): Project => {
  /** Most questions read nothing, and most others what one question within them has read: sets are shared until one grows. */
  let reads: ReadonlySet<string> | undefined;
  let own: Set<string> | undefined;
  const read = (path: string): void => {
    if (reads?.has(path)) return;
    if (own === undefined || own !== reads) own = new Set(reads);
    own.add(path);
    reads = own;
  };
  const reread = (paths: ReadonlySet<string>): void => {
    if (paths === reads || paths.size === 0) return;
    if (reads === undefined) reads = paths;
    else for (const path of paths) read(path);
  };
  let missed = 0;
  const text = (path: string): string | undefined => {
    read(path);
    return sources.text(path);
  };
  const resolver = moduleResolver({
    has: (path) => sources.has(path),
    text,
    packages: () => sources.packages(),
    looked: read,
  });
  const versionOf = packageVersions({ ...sources, text });
  const versions = new Map<string, { readonly answer: Version | undefined; readonly reads: ReadonlySet<string> }>();
  const watch: Project['watch'] = (ask) => {
    const outer = { reads, own };
    reads = undefined;
    let within = nothing;
    let answer: ReturnType<typeof ask>;
    try {
      answer = ask();
    } finally {
      within = reads ?? nothing;
      ({ reads, own } = outer);
      reread(within);
    }
    return { answer, reads: within };
  };
  const resolved = new Map<string, { readonly path: string | undefined; readonly reads: ReadonlySet<string> }>();

  const pathOf = (from: string, module: string): string | undefined => {
    // Files of one folder mean the same by it.
    const key = `${dirname(from)}\0${module}`;
    const known = resolved.get(key);
    if (known === undefined) {
      const { answer: path, reads: looked } = watch(() => resolver.resolve(from, module));
      resolved.set(key, { path, reads: looked });
      return path;
    }
    reread(known.reads);
    return known.path;
  };

  const exported = (file: HostFile, name: string, seen: ReadonlySet<string>): Target | undefined => {
    const key = `${file.path}\0${name}`;
    // Cycles of re-exports, and barrels of barrels.
    if (seen.has(key) || seen.size > 64) return undefined;
    const inner = new Set(seen).add(key);
    const found = file.exports.find((e) => e.exported === name);
    if (found !== undefined) {
      if (found.kind === 'value') return { kind: 'value', file, value: found.value };
      if (found.kind === 'from') return resolve(file, found.module, found.imported, inner);
      const imported = file.imports.find((i) => i.local === found.local);
      if (imported !== undefined) return resolve(file, imported.module, imported.imported, inner);
      return { kind: 'local', file, name: found.local };
    }
    // A star over a package may hold any name: the project's own files are asked first.
    let outside: Target | undefined;
    for (const star of file.exports) {
      if (star.kind !== 'from' || star.exported !== '*') continue;
      const target = resolve(file, star.module, name, inner, true);
      if (target?.kind === 'package') outside ??= target;
      else if (target !== undefined) return target;
    }
    return outside;
  };

  /** CommonJS: one value is the whole module. */
  const whole = (file: HostFile, name: string, seen: ReadonlySet<string>): Target | undefined => {
    const target = exported(file, '=', seen);
    if (target === undefined) return name === 'default' ? { kind: 'namespace', file } : undefined;
    if (target.kind !== 'value' || name === 'default') return target;
    const { value } = target;
    const { span } = value;
    return {
      kind: 'value',
      file: target.file,
      value: { kind: 'member', object: value, property: name, propertySpan: span, span },
    };
  };

  function resolve(from: HostFile, module: string, name: string, seen: ReadonlySet<string>): Target;
  function resolve(
    from: HostFile,
    module: string,
    name: string,
    seen: ReadonlySet<string>,
    strict: boolean,
  ): Target | undefined;
  function resolve(
    from: HostFile,
    module: string,
    name: string,
    seen: ReadonlySet<string>,
    strict = false,
  ): Target | undefined {
    const path = pathOf(from.path, module);
    if (path === undefined) {
      const made = module.startsWith('.') ? sources.generated?.(name) : undefined;
      if (module.startsWith('.')) read(generatedKey);
      const target = made === undefined ? undefined : exported(made.file, name, seen);
      if (made !== undefined) read(made.from);
      return target ?? { kind: 'package', module, name };
    }
    const file = sources.file(path);
    if (file === undefined) {
      read(path);
      missed += 1;
      return strict ? undefined : { kind: 'package', module, name };
    }
    read(exportsKey(path));
    // What a barrel means by a name is found once, whoever imports it.
    const target =
      seen.size === 0 && name !== '*'
        ? found(file, name, () => reached(file, name, seen))
        : strict && name !== '*'
          ? exported(file, name, seen)
          : reached(file, name, seen);
    // Files on the way may say otherwise what they like.
    if (target !== undefined && target.kind !== 'package') read(target.file.path);
    return target;
  }

  const reached = (file: HostFile, name: string, seen: ReadonlySet<string>): Target =>
    name === '*'
      ? (exported(file, '=', seen) ?? { kind: 'namespace', file })
      : (exported(file, name, seen) ?? whole(file, name, seen) ?? { kind: 'local', file, name });

  /** Barrels lead through many files: what a name means is found once. */
  const meant = new WeakMap<HostFile, Map<string, { readonly target: Target; readonly reads: ReadonlySet<string> }>>();
  const found = (from: HostFile, key: string, ask: () => Target): Target => {
    const names = meant.get(from) ?? new Map();
    meant.set(from, names);
    const known = names.get(key);
    if (known !== undefined) {
      reread(known.reads);
      return known.target;
    }
    const before = missed;
    const { answer: target, reads: all } = watch(ask);
    if (missed === before) names.set(key, { target, reads: all });
    return target;
  };
  const imported = (from: HostFile, module: string, name: string): Target =>
    found(from, `${name}\0${module}`, () => resolve(from, module, name, new Set()));

  return {
    index: indexed,
    topLevel,
    fileOf: pathOf,
    resolve: imported,
    exportOf: (file, name) => found(file, name, () => reached(file, name, new Set())),
    resolveImport: (from, one) => imported(from, one.module, one.imported),
    version: ({ path }, name) => {
      const key = `${dirname(path)}\0${name}`;
      const known = versions.get(key) ?? watch(() => versionOf(path, name));
      versions.set(key, known);
      reread(known.reads);
      return known.answer;
    },
    watch,
    reread,
    get missed() {
      return missed;
    },
    takeReads: () => {
      const taken = reads ?? nothing;
      reads = undefined;
      own = undefined;
      return taken;
    },
  };
};
