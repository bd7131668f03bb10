/**
 * The SQL that migrations in a host language send, in order: from what runs (`up`, or the module itself) through the
 * functions that it calls, with what they are called with. Nothing is run: branches are all taken, loops over lists that
 * are written out are gone through, and what is not known stays a placeholder.
 */
import { flowOf, openLinker } from '../../flow/createFlow';
import type { Chain, Flow, Frame, FuncRef, Ref } from '../../flow/flow';
import type { Linker } from '../../flow/linker';
import { openProject } from '../../flow/project';
import { hostOf } from '../../hosts';
import type { Func, HostFile } from '../../hosts/host';
import type { Platform } from '../../platform/platform';
import type { SourceText } from '../../shards/importer';
import type { SentSql } from '../../shards/sentSql';
import { entriesOf } from './entries';
import { filledTexts } from './filled';

/** Calls followed into each other, and calls looked at for one file. */
const limits = { depth: 4, calls: 20_000 } as const;

interface Walk {
  readonly linker: Linker;
  readonly about: RegExp;
  readonly sent: SentSql[];
  calls: number;
}

/** `about`: what a text must mention for its file to be read, or for the files that import it. */
export async function sentSql(
  platform: Platform,
  files: readonly SourceText[],
  about: RegExp,
): Promise<ReadonlyMap<string, readonly SentSql[]>> {
  const concerned = concernedFiles(files, about);
  const hosts = new Map<string, HostFile>();
  for (const { path, text } of concerned) {
    const reader = await hostOf(path)?.load(platform);
    if (reader !== undefined) hosts.set(path, reader.read(path, text));
  }
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const linker = openLinker(
    openProject({
      has: (path) => texts.has(path),
      text: (path) => texts.get(path),
      packages: () => [],
      file: (path) => hosts.get(path),
    }),
  );
  return new Map([...hosts.values()].map((host) => [host.path, sentIn(linker, host, about)]));
}

/** Files that mention it, and those that name such a file as a module. */
function concernedFiles(files: readonly SourceText[], about: RegExp): readonly SourceText[] {
  const readable = files.filter(({ path }) => hostOf(path) !== undefined);
  const mentions = new Set(readable.filter(({ text }) => about.test(text)));
  const names = [...mentions].map(({ path }) => /([^/]+?)\.\w+$/.exec(path)?.[1] ?? path);
  return readable.filter(
    (file) =>
      mentions.has(file) ||
      names.some(
        (name) => file.text.includes(`/${name}'`) || file.text.includes(`/${name}"`) || file.text.includes(`/${name}.`),
      ),
  );
}

function sentIn(linker: Linker, host: HostFile, about: RegExp): readonly SentSql[] {
  const walk: Walk = { linker, about, sent: [], calls: 0 };
  for (const entry of entriesOf(linker, host)) follow(walk, entry, 0);
  return walk.sent;
}

function follow(walk: Walk, fn: FuncRef, depth: number): void {
  const { linker, about, sent } = walk;
  const flow = flowOf(linker, fn.file);
  for (const { ref } of flow.actions(fn)) {
    if (++walk.calls > limits.calls) return;
    if (ref.value.kind !== 'call' || !runsWith(flow, linker, ref, fn.function)) continue;
    const chain = flow.callAt(ref);
    const last = chain.steps.at(-1);
    if (last?.kind !== 'call') continue;
    const called = ownFunction(flow, chain);
    if (called !== undefined) {
      if (depth < limits.depth) follow(walk, framed(called, chain, last.args, depth), depth + 1);
      continue;
    }
    const [text, values] = last.args;
    if (text !== undefined) sent.push(...filledTexts(linker, flow, text, values).filter((one) => about.test(one.text)));
  }
}

/** A function inside of another runs with it where it is handed to a call on the spot; else when it is called. */
function runsWith(flow: Flow, linker: Linker, ref: Ref, fn: Func): boolean {
  const index = linker.project.index(ref.file);
  let inner = flow.functionOf(ref).function;
  while (inner.id !== fn.id) {
    const value = index.functionValues.get(inner.id);
    const place = value === undefined ? undefined : index.place(value);
    if (value === undefined || place?.parent?.kind !== 'call') return false;
    if (place.parent.callee !== value && !place.parent.args.includes(value)) return false;
    const outer = ref.file.functions[place.function];
    if (outer === undefined) return false;
    inner = outer;
  }
  return true;
}

/** The function or method of the project that a call goes to. */
function ownFunction(flow: Flow, { root, steps }: Chain): FuncRef | undefined {
  const last = steps.at(-1);
  if (root.kind === 'function') return steps.length === 1 ? root.function : undefined;
  if (root.kind !== 'class' || last?.kind !== 'call' || last.name === '') return undefined;
  const found = flow.member(root.class, last.name, steps.length === 1);
  const id = found?.member.function;
  const method = id === undefined ? undefined : found?.owner.file.functions[id];
  return found && method ? { file: found.owner.file, function: method } : undefined;
}

function framed(called: FuncRef, { root }: Chain, args: readonly Ref[], depth: number): FuncRef {
  const outer = called.frame ?? (root.kind === 'function' ? root.frame : undefined);
  const frame: Frame = {
    file: called.file,
    function: called.function.id,
    args,
    ...(root.kind === 'function' && root.this !== undefined ? { this: root.this } : {}),
    ...(outer === undefined ? {} : { outer }),
    depth: depth + 1,
  };
  return { ...called, frame };
}
