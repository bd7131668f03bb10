/** The units of a workspace and what rules find in them; made anew only where something that they read has changed. */
import { flowOf } from '../../flow/createFlow';
import type { Flow, FuncRef } from '../../flow/flow';
import type { Linker } from '../../flow/linker';
import type { HostFile } from '../../hosts/host';
import type { FileKind } from '../../rules/rule';
import type { Unit } from '../../rules/unit';
import type { Effective } from '../../shards/load';
import type { FileResult } from '../analyzeFile';
import type { Files } from '../files';
import type { Finding } from '../finding';
import { namesOf } from '../functionNames';
import { type Lookup, lookupIn } from './called';
import { type Imported, importedIn, stemOf } from './callers';
import { announcedBy } from './events';
import { type Surroundings, unitLimits, unitOf } from './expand';
import { type FileActs, fileActs } from './fileActs';
import { differing, type Gate, gateOf, leadsOn, leadsToAim, type Share, shareOf } from './gate';
import { type Quiet, type QuietIn, quietIn } from './quiet';
import { checkUnit, type UnitFinding } from './unitRun';

export interface UnitSources {
  readonly files: Files;
  /** The file as it was analysed in this process. */
  result(path: string): FileResult | undefined;
  /** Whether it is known what the file sends: it was analysed, or uses no library. */
  isKnown(path: string): boolean;
  /** Analyses a file that a call leads to. */
  analyse(path: string): Promise<unknown>;
  effective(path: string): Effective | undefined;
  kindOf(path: string): FileKind;
  /** A map says that its replicas lag: any read may matter. */
  replicated(): boolean;
  fault(rule: string, error: unknown): void;
  pause?(): Promise<void>;
}

/** A file of the workspace; `hosted` where it uses a library itself. */
export interface UnitFile {
  readonly file: string;
  readonly hosted: boolean;
}

/** What is known of one file, as plain data. `reads`: files and keys whose change makes it void. */
export interface UnitPart {
  readonly share?: Kept<Share>;
  readonly entry?: Entry;
}

interface Kept<T> {
  readonly made: T;
  readonly reads: ReadonlySet<string>;
}

interface Entry extends Kept<readonly UnitFinding[]> {
  /** Names of calls about which the gate was asked. */
  readonly asked: ReadonlySet<string>;
}

/** What was found out about calls in a round. */
interface Followed {
  readonly linker: Linker;
  readonly gate: Gate;
  readonly called: Lookup;
  readonly quiet: QuietIn;
}

interface Acts extends Kept<FileActs> {
  readonly host: HostFile;
  readonly result: FileResult | undefined;
  readonly names: ReadonlyMap<number, string>;
}

/** How often what a call leads to may be loaded and the units be read again. */
const rounds = 6;

export class Units {
  private entries = new Map<string, Entry>();
  private shares = new Map<string, Kept<Share>>();
  private acts = new Map<string, Acts>();
  private gate: Gate | undefined;
  /** Files whose functions handle what others announce. */
  private handling = new Map<string, HostFile>();
  private readonly imports = new Map<string, Imported & { readonly text: string }>();
  private followed: Followed | undefined;
  /** Files of which something was made in this round. */
  private made = new Set<string>();

  constructor(private readonly sources: UnitSources) {}

  forget(): void {
    this.entries = new Map();
    this.shares = new Map();
    this.acts = new Map();
    this.gate = undefined;
  }

  /** A file has changed, come or gone; or a file has that answers what that key asks. */
  touch(path: string): void {
    for (const kept of [this.entries, this.shares, this.acts])
      for (const [file, { reads }] of kept) if (file === path || reads.has(path)) kept.delete(file);
    this.imports.delete(path);
  }

  /** What holds of an earlier run; `gate` is the one that it ended with. */
  recall(parts: ReadonlyMap<string, UnitPart>, gate: Gate | undefined): void {
    this.gate = gate;
    for (const [file, { share, entry }] of parts) {
      if (share) this.shares.set(file, share);
      if (entry) this.entries.set(file, entry);
    }
  }

  part(file: string): UnitPart {
    const [share, entry] = [this.shares.get(file), this.entries.get(file)];
    return { ...(share && { share }), ...(entry && { entry }) };
  }

  get lastGate(): Gate | undefined {
    return this.gate;
  }

  /** Findings of the units in these files, wherever they stand. */
  async findings(known: () => readonly UnitFile[]): Promise<readonly Finding[]> {
    const tried = new Set<string>();
    for (let round = 0; ; round++) {
      this.made = new Set();
      this.followed = undefined;
      const missing = new Set<string>();
      const waiting: string[] = [];
      const taking = await this.taking(known());
      for (const file of taking) {
        if (this.entries.has(file)) continue;
        await this.sources.pause?.();
        const wanted = new Set<string>();
        this.entries.set(file, await this.read(file, wanted));
        const fresh = [...wanted].filter((path) => !tried.has(path));
        if (fresh.length > 0) waiting.push(file);
        for (const path of fresh) missing.add(path);
      }
      for (const path of missing) await this.sources.analyse(path);
      for (const path of missing) tried.add(path);
      const loaded = await this.sources.files.loadMissing();
      if ((!loaded && missing.size === 0) || round >= rounds) {
        this.followed = undefined;
        return distinct(taking.flatMap((file) => this.entries.get(file)?.made ?? []));
      }
      for (const file of waiting) this.entries.delete(file);
      // What was made while something was not there is made again.
      if (loaded)
        for (const kept of [this.entries, this.shares, this.acts]) for (const file of this.made) kept.delete(file);
    }
  }

  /** The files whose functions matter: those that use libraries, and those that lead to them by calls and imports. */
  private async taking(files: readonly UnitFile[]): Promise<readonly string[]> {
    const shares = new Map<string, Share>();
    const take = async (some: readonly UnitFile[]): Promise<void> => {
      for (const one of some) {
        const share = await this.shareOf(one);
        if (share) shares.set(one.file, share);
      }
    };
    /** In the order of the files, whoever was found first. */
    const own = (): readonly (readonly [string, Share])[] =>
      files.flatMap(({ file }) => {
        const share = shares.get(file);
        return share ? [[file, share] as const] : [];
      });
    const gateNow = (): Gate =>
      gateOf(
        own().map(([, share]) => share),
        this.sources.replicated(),
      );
    await take(files.filter((one) => one.hosted || this.importsOf(one)?.broker === true));
    let gate = gateNow();
    for (let i = 0; i < unitLimits.depth && (gate.replicas || gate.messages); i++) {
      const stems = new Set([...shares].flatMap(([path, share]) => (leadsOn(share, gate) ? [stemOf(path)] : [])));
      const callers = files.filter((one) => !shares.has(one.file) && this.doesImport(one, stems));
      const before = shares.size;
      await take(callers);
      if (shares.size === before) break;
      gate = gateNow();
    }
    this.enter(gate);
    this.handling = new Map();
    for (const { file } of gate.handlers) {
      const host = this.handling.has(file) ? undefined : await this.hostOf(file, false);
      if (host) this.handling.set(file, host);
    }
    return own().map(([file]) => file);
  }

  private doesImport(one: UnitFile, stems: ReadonlySet<string>): boolean {
    for (const stem of this.importsOf(one)?.stems ?? []) if (stems.has(stem)) return true;
    return false;
  }

  /** Of a file that uses no library. */
  private importsOf({ file, hosted }: UnitFile): Imported | undefined {
    const text = hosted || file.endsWith('.sql') ? undefined : this.sources.files.known(file);
    if (text === undefined) return undefined;
    const before = this.imports.get(file);
    const known = before?.text === text ? before : { text, ...importedIn(text) };
    this.imports.set(file, known);
    return known;
  }

  /** With another gate other calls are followed: what has not asked about them holds. */
  private enter(gate: Gate): void {
    const before = this.gate;
    this.gate = gate;
    if (
      before?.replicas !== gate.replicas ||
      before.messages !== gate.messages ||
      before.anyRead !== gate.anyRead ||
      before.routed.join() !== gate.routed.join() ||
      before.ambient.join() !== gate.ambient.join() ||
      JSON.stringify(before.handlers) !== JSON.stringify(gate.handlers)
    ) {
      this.entries = new Map();
      return;
    }
    const other = differing(before, gate);
    if (other.length === 0) return;
    for (const [file, { asked }] of this.entries) if (other.some((name) => asked.has(name))) this.entries.delete(file);
  }

  private async shareOf(of: UnitFile): Promise<Share | undefined> {
    const known = this.shares.get(of.file);
    if (known) return known.made;
    const host = await this.hostOf(of.file, of.hosted);
    if (!host) return undefined;
    const { made, names, reads } = this.actsOf(host);
    const share = { made: shareOf(made, names), reads };
    this.shares.set(of.file, share);
    return share.made;
  }

  private async hostOf(path: string, hosted: boolean): Promise<HostFile | undefined> {
    if (hosted && !this.sources.result(path)) await this.sources.analyse(path);
    return this.sources.result(path)?.host ?? this.sources.files.host(path);
  }

  private async read(file: string, missing: Set<string>): Promise<Entry> {
    const host = await this.hostOf(file, !this.sources.isKnown(file));
    const { project } = this.sources.files.linker();
    const effective = this.sources.effective(file);
    const gate = this.gate;
    this.made.add(file);
    const used = new Set<string>();
    const asked = new Set<string>();
    if (!host || !effective || !gate) return { made: [], reads: used, asked };
    project.takeReads();
    const around = this.surroundings(gate, used, asked, missing);
    const { made: acts } = this.actsOf(host);
    const { readModels, replication } = effective.map;
    const everywhere = gate.anyRead || readModels.length > 0 || replication.mode === 'peer-to-peer';
    const told = (unit: Unit): readonly UnitFinding[] => {
      const { findings: found, faults } = checkUnit(unit, this.sources.kindOf(file), effective);
      for (const { rule, error } of faults) this.sources.fault(rule, error);
      return found;
    };
    const routes = acts.routes.flatMap(({ handler, before }) => {
      const to = around.acts(handler.file);
      const matters = ({ file: of, function: func }: FuncRef): boolean =>
        everywhere || leadsToAim(around.acts(of)?.functions.get(func.id) ?? [], gate, asked);
      return to && [handler, ...before].some(matters)
        ? told(unitOf(to, handler.function.id, 'all', around, before))
        : [];
    });
    const made = [...acts.functions.keys()].flatMap((id) => {
      const all = everywhere || leadsToAim(acts.functions.get(id) ?? [], gate, asked);
      if (!all && acts.extents.length === 0 && !mayMatter(acts, id)) return [];
      const func = host.functions[id];
      if (all && func && around.quiet({ file: host, function: func }, unitLimits.depth, [])) return [];
      return told(unitOf(acts, id, all ? 'all' : 'transactions', around));
    });
    return { made: [...made, ...routes], reads: new Set([...project.takeReads(), ...used]), asked };
  }

  private surroundings(gate: Gate, used: Set<string>, asked: Set<string>, missing: Set<string>): Surroundings {
    const flows = new Map<HostFile, Flow>();
    const { called, quiet } = this.followedNow(gate);
    const noted = new Set<Quiet>();
    return {
      flow: (host) => {
        const made = flows.get(host) ?? this.flow(host);
        flows.set(host, made);
        return made;
      },
      index: (host) => this.sources.files.linker().project.index(host),
      acts: (host) => {
        used.add(host.path);
        if (!this.sources.isKnown(host.path)) missing.add(host.path);
        return this.actsOf(host).made;
      },
      names: (host) => this.actsOf(host).names,
      called,
      quiet: (fn, left, way) => {
        const found = quiet(fn, left, way);
        if (!found || noted.has(found)) return found;
        noted.add(found);
        this.sources.files.linker().project.reread(found.reads);
        for (const path of found.files) used.add(path);
        for (const name of found.names) asked.add(name);
        return found;
      },
      routed: gate.routed,
      ambient: gate.ambient,
      handlers: gate.handlers,
      host: (path) => this.handling.get(path),
      mayAct: (name) => {
        asked.add(name);
        return gate.names.has(name);
      },
      kindOf: this.sources.kindOf,
      text: (file) => this.sources.files.known(file) ?? '',
      line: ({ file, span }) => {
        const text = this.sources.files.known(file) ?? '';
        return text.slice(0, span.start).split('\n').length;
      },
    };
  }

  /** As long as names lead where they led, and the same is known of all files. */
  private followedNow(gate: Gate): Followed {
    const { linker, project } = this.sources.files.linker();
    if (this.followed?.linker !== linker || this.followed.gate !== gate) {
      const called = lookupIn(linker);
      const quiet = quietIn({
        project,
        acts: (host) => this.actsOf(host).made,
        isKnown: (path) => this.sources.isKnown(path),
        mayAct: (name) => gate.names.has(name),
        called: (call, host) => called(call, this.flow(host)),
        isHandled: (call, name, host) => {
          if (gate.handlers.length === 0) return false;
          const announced = announcedBy(call, name, this.flow(host));
          return gate.handlers.some(({ key }) => announced?.keys.includes(key));
        },
      });
      this.followed = { linker, gate, called, quiet };
    }
    return this.followed;
  }

  private flow(host: HostFile): Flow {
    const { linker } = this.sources.files.linker();
    return flowOf(linker, host, this.sources.effective(host.path)?.map.receivers);
  }

  private actsOf(host: HostFile): Acts {
    const { project } = this.sources.files.linker();
    const result = this.sources.result(host.path);
    const before = this.acts.get(host.path);
    if (before && before.host === host && before.result === result) {
      project.reread(before.reads);
      return before;
    }
    const index = project.index(host);
    const statements = result?.host === host ? result.statements : [];
    const { answer, reads } = project.watch(() => fileActs(host, index, statements, this.flow(host)));
    const made = { host, result, made: answer, reads, names: namesOf(host, index) };
    this.made.add(host.path);
    this.acts.set(host.path, made);
    return made;
  }
}

/** Writes in loops, and transactions, are seen without following any call. */
const mayMatter = ({ functions }: FileActs, id: number): boolean =>
  functions.get(id)?.some(({ kind }) => kind === 'statement') ?? false;

/** One pair of places is found once, by the unit that is nearest to both. */
function distinct(findings: readonly UnitFinding[]): readonly Finding[] {
  const best = new Map<string, UnitFinding>();
  for (const one of findings) {
    const { rule, file, span, places } = one.finding;
    const parts = Object.values(places ?? {}).map((place) => `${place.file}:${place.span.start}`);
    const key = [rule, ...(parts.length > 0 ? parts : [`${file}:${span.start}`])].join('\u0000');
    const before = best.get(key);
    if (!before || one.distance < before.distance) best.set(key, one);
  }
  return [...best.values()].map(({ finding }) => finding);
}
