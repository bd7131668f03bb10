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
import { announcedBy } from './events';
import { unitOf } from './expand';
import { type FileActs, fileActs } from './fileActs';
import type { Gate } from './gate';
import type { Leading } from './leading';
import { unitLimits } from './limits';
import { type Quiet, type QuietIn, quietIn } from './quiet';
import { type Kept, type SharePart, Shares, type UnitFile } from './shares';
import { checkUnit, type UnitFinding, unitRulesIn } from './unitRun';
import type { Surroundings } from './way';

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

/** What is known of one file, as plain data. */
export interface UnitPart extends SharePart {
  readonly entry?: Entry;
}

interface Entry extends Kept<readonly UnitFinding[]> {
  /** Functions that lead on: its own, and those of files whose functions it registers. */
  readonly leading: ReadonlyMap<string, string>;
}

/** What was found out about calls in a round. */
interface Followed {
  readonly linker: Linker;
  readonly called: Lookup;
}

/** What was found out about functions that lead to nothing. */
interface Quieted {
  readonly called: Lookup;
  readonly gate: Gate;
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
  private acts = new Map<string, Acts>();
  private gate: Gate | undefined;
  private leading: Leading = new Map();
  /** Files whose functions handle what others announce. */
  private handling = new Map<string, HostFile>();
  private followed: Followed | undefined;
  private quieted: Quieted | undefined;
  /** Files of which something was made in this round. */
  private made = new Set<string>();

  private readonly shares: Shares;

  constructor(private readonly sources: UnitSources) {
    this.shares = new Shares({
      files: sources.files,
      asks: (file) => {
        const effective = sources.effective(file);
        return effective !== undefined && unitRulesIn(effective.map, sources.kindOf(file)).length > 0;
      },
      replicated: () => sources.replicated(),
      hostOf: (path, hosted) => this.hostOf(path, hosted),
      acts: (host) => this.actsOf(host),
      called: (call, host) => this.followedNow().called(call, this.flow(host)),
      flow: (host) => this.flow(host),
      making: (file) => this.made.add(file),
    });
  }

  forget(): void {
    this.entries = new Map();
    this.shares.forget();
    this.acts = new Map();
    this.gate = undefined;
  }

  /** A file has changed, come or gone; or a file has that answers what that key asks. */
  touch(path: string): void {
    this.shares.touch(path);
    for (const kept of [this.entries, this.acts])
      for (const [file, { reads }] of kept) if (file === path || reads.has(path)) kept.delete(file);
  }

  /** What holds of an earlier run; `gate` is the one that it ended with. */
  recall(parts: ReadonlyMap<string, UnitPart>, gate: Gate | undefined): void {
    this.gate = gate;
    for (const [file, part] of parts) {
      this.shares.recall(file, part);
      if (part.entry) this.entries.set(file, part.entry);
    }
  }

  part(file: string): UnitPart {
    const entry = this.entries.get(file);
    return { ...this.shares.part(file), ...(entry && { entry }) };
  }

  get lastGate(): Gate | undefined {
    return this.gate;
  }

  /** Findings of the units in these files, wherever they stand. */
  async findings(known: () => readonly UnitFile[]): Promise<readonly Finding[]> {
    const tried = new Set<string>();
    for (let round = 0; ; round++) {
      this.made = new Set();
      this.letGo();
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
        this.letGo();
        return distinct(taking.flatMap((file) => this.entries.get(file)?.made ?? []));
      }
      for (const file of waiting) this.entries.delete(file);
      // What was made while something was not there is made again.
      if (loaded) this.drop(this.made);
    }
  }

  private drop(files: ReadonlySet<string>): void {
    this.shares.drop(files);
    for (const kept of [this.entries, this.acts]) for (const file of files) kept.delete(file);
  }

  private letGo(): void {
    this.followed = undefined;
    this.quieted = undefined;
  }

  private async taking(known: readonly UnitFile[]): Promise<readonly string[]> {
    const { gate, leading, files } = await this.shares.taking(known);
    this.enter(gate, leading);
    this.handling = new Map();
    for (const { file } of gate.handlers) {
      const host = this.handling.has(file) ? undefined : await this.hostOf(file, false);
      if (host) this.handling.set(file, host);
    }
    return files;
  }

  /** What was read under another gate, or where other functions lead on, is read again. */
  private enter(gate: Gate, leading: Leading): void {
    const before = this.gate;
    this.gate = gate;
    this.leading = leading;
    if (JSON.stringify(before) !== JSON.stringify(gate)) this.entries = new Map();
    for (const [file, entry] of this.entries)
      if ([...entry.leading].some(([of, ids]) => ids !== this.leadingIn(of))) this.entries.delete(file);
  }

  private leadingIn(file: string): string {
    return [...(this.leading.get(file) ?? [])].sort((a, b) => a - b).join();
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
    const leading = new Map([[file, this.leadingIn(file)]]);
    if (!host || !effective || !gate) return { made: [], reads: used, leading };
    project.takeReads();
    const around = this.surroundings(gate, used, missing);
    const { made: acts } = this.actsOf(host);
    const { readModels, replication } = effective.map;
    const everywhere = gate.anyRead || readModels.length > 0 || replication.mode === 'peer-to-peer';
    const told = (unit: Unit): readonly UnitFinding[] => {
      const { findings: found, faults } = checkUnit(unit, this.sources.kindOf(file), effective);
      for (const { rule, error } of faults) this.sources.fault(rule, error);
      return found;
    };
    const leads = ({ file: of, function: func }: FuncRef): boolean => {
      leading.set(of.path, this.leadingIn(of.path));
      return everywhere || this.leading.get(of.path)?.has(func.id) === true;
    };
    const routes = acts.routes.flatMap(({ handler, before }) => {
      const to = around.acts(handler.file);
      const matters = [handler, ...before].map(leads).includes(true);
      return to && matters ? told(unitOf(to, handler.function.id, 'all', around, before)) : [];
    });
    const made = [...acts.functions.keys()].flatMap((id) => {
      const all = everywhere || this.leading.get(file)?.has(id) === true;
      if (!all && acts.extents.length === 0 && !mayMatter(acts, id)) return [];
      const func = host.functions[id];
      if (all && func && around.quiet({ file: host, function: func }, unitLimits.depth, [])) return [];
      return told(unitOf(acts, id, all ? 'all' : 'transactions', around));
    });
    return { made: [...made, ...routes], reads: new Set([...project.takeReads(), ...used]), leading };
  }

  private surroundings(gate: Gate, used: Set<string>, missing: Set<string>): Surroundings {
    const flows = new Map<HostFile, Flow>();
    const { called } = this.followedNow();
    const quiet = this.quietNow(gate);
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
        return found;
      },
      routed: gate.routed,
      ambient: gate.ambient,
      handlers: gate.handlers,
      host: (path) => this.handling.get(path),
      kindOf: this.sources.kindOf,
      text: (file) => this.sources.files.known(file) ?? '',
      line: ({ file, span }) => {
        const text = this.sources.files.known(file) ?? '';
        return text.slice(0, span.start).split('\n').length;
      },
    };
  }

  /** As long as names lead where they led. */
  private followedNow(): Followed {
    const { linker } = this.sources.files.linker();
    if (this.followed?.linker !== linker) this.followed = { linker, called: lookupIn(linker) };
    return this.followed;
  }

  /** As long as the same is known of all files, too. */
  private quietNow(gate: Gate): QuietIn {
    const { called, linker } = this.followedNow();
    if (this.quieted?.called !== called || this.quieted.gate !== gate) {
      const quiet = quietIn({
        project: linker.project,
        acts: (host) => this.actsOf(host).made,
        isKnown: (path) => this.sources.isKnown(path),
        called: (call, host) => called(call, this.flow(host)),
        isHandled: (call, name, host) => {
          if (!gate.heard.includes(name)) return false;
          const announced = announcedBy(call, name, this.flow(host));
          return gate.handlers.some(({ key }) => announced?.keys.includes(key));
        },
      });
      this.quieted = { called, gate, quiet };
    }
    return this.quieted.quiet;
  }

  private flow(host: HostFile): Flow {
    const { linker } = this.sources.files.linker();
    return flowOf(linker, host, this.sources.effective(host.path)?.map.receivers);
  }

  /** What functions of a file do is read soonest where the file was just analysed. */
  prepare(path: string): void {
    const host = this.sources.result(path)?.host;
    if (!host) return;
    const { project } = this.sources.files.linker();
    const { missed } = project;
    this.actsOf(host);
    if (project.missed !== missed) this.acts.delete(path);
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
