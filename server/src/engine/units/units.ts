/** The units of a workspace and what rules find in them; made anew only where something that they read has changed. */
import { flowOf } from '../../flow/createFlow';
import type { Flow } from '../../flow/flow';
import type { HostFile } from '../../hosts/host';
import type { FileKind } from '../../rules/rule';
import type { Effective } from '../../shards/load';
import type { FileResult } from '../analyzeFile';
import type { Files } from '../files';
import type { Finding } from '../finding';
import { namesOf } from '../functionNames';
import { type Surroundings, unitLimits, unitOf } from './expand';
import { type FileActs, fileActs } from './fileActs';
import { type Gate, gateOf, leadsOn, type Share, sameGate, shareOf } from './gate';
import { checkUnit, type UnitFinding } from './unitRun';

export interface UnitSources {
  readonly files: Files;
  result(path: string): FileResult | undefined;
  /** Analyses a file that a call leads to. */
  analyse(path: string): Promise<unknown>;
  effective(path: string): Effective | undefined;
  kindOf(path: string): FileKind;
  /** A map says that its replicas lag: any read may matter. */
  replicated(): boolean;
  fault(rule: string, error: unknown): void;
  pause?(): Promise<void>;
}

interface Entry {
  readonly findings: readonly UnitFinding[];
  /** Files whose change makes it void. */
  readonly reads: ReadonlySet<string>;
}

interface Known {
  readonly result: FileResult | undefined;
  readonly acts: FileActs;
  readonly names: ReadonlyMap<number, string>;
}

/** How often what a call leads to may be loaded and the units be read again. */
const rounds = 6;

export class Units {
  private entries = new Map<string, Entry>();
  private shares = new Map<string, { readonly result: FileResult; readonly share: Share }>();
  private readonly known = new WeakMap<HostFile, Known>();
  private gate: Gate | undefined;
  private readonly callers = new WeakMap<FileResult, HostFile>();
  /** By which imports a file was found to matter or not. */
  private readonly tested = new WeakMap<FileResult, string>();

  constructor(private readonly sources: UnitSources) {}

  forget(): void {
    this.entries = new Map();
    this.shares = new Map();
    this.gate = undefined;
  }

  /** A file has changed, come or gone. */
  touch(path: string): void {
    for (const [file, entry] of this.entries) if (file === path || entry.reads.has(path)) this.entries.delete(file);
  }

  /** Findings of the units in these files, wherever they stand. */
  async findings(known: () => readonly FileResult[]): Promise<readonly Finding[]> {
    const tried = new Set<string>();
    for (let round = 0; ; round++) {
      const results = known();
      const missing = new Set<string>();
      this.refresh(results);
      await this.loadCallers(results);
      for (const result of results) {
        if (!this.hostOf(result) || this.entries.has(result.file)) continue;
        await this.sources.pause?.();
        this.entries.set(result.file, this.read(result, missing));
      }
      const fresh = [...missing].filter((path) => !tried.has(path));
      for (const path of fresh) await this.sources.analyse(path);
      for (const path of fresh) {
        tried.add(path);
        this.touch(path);
      }
      const loaded = await this.sources.files.loadMissing();
      if ((!loaded && fresh.length === 0) || round >= rounds)
        return distinct(results.flatMap(({ file }) => this.entries.get(file)?.findings ?? []));
      if (loaded) this.entries = new Map();
    }
  }

  /** Files that use no library themselves matter where they call functions that do: they are read by what they import. */
  private async loadCallers(results: readonly FileResult[]): Promise<void> {
    for (let i = 0; i < unitLimits.depth && this.gate && (this.gate.replicas || this.gate.messages); i++) {
      const { gate } = this;
      const leading = [...this.shares].filter(([, { share }]) => leadsOn(share, gate));
      const stems = new Set(leading.map(([path]) => stemOf(path)));
      const key = [...stems].sort().join('|');
      const imports = new RegExp(
        `['"\`](?:[^'"\`\\n]*/)?(?:${[...stems].map(escaped).join('|')})(?:\\.[cm]?[jt]sx?)?['"\`]`,
      );
      let found = false;
      for (const result of results) {
        if (result.host || this.callers.has(result) || this.tested.get(result) === key) continue;
        this.tested.set(result, key);
        if (result.file.endsWith('.sql') || !imports.test(result.text)) continue;
        const host = await this.sources.files.host(result.file);
        if (!host) continue;
        this.callers.set(result, host);
        found = true;
      }
      if (!found) return;
      this.refresh(results);
    }
  }

  private hostOf(result: FileResult): HostFile | undefined {
    return result.host ?? this.callers.get(result);
  }

  /** The gate is the sum of what files add to it: with another one, other calls are followed. */
  private refresh(results: readonly FileResult[]): void {
    const shares = new Map<string, { readonly result: FileResult; readonly share: Share }>();
    let same = this.gate !== undefined;
    for (const result of results) {
      const before = this.shares.get(result.file);
      if (before?.result === result) {
        shares.set(result.file, before);
        continue;
      }
      const host = this.hostOf(result);
      if (!host) continue;
      const { acts, names } = this.knownOf(host);
      const share = shareOf(acts, names);
      same &&= before?.share.text === share.text;
      shares.set(result.file, { result, share });
    }
    same &&= shares.size === this.shares.size;
    this.shares = shares;
    if (same) return;
    const gate = gateOf(
      [...shares.values()].map(({ share }) => share),
      this.sources.replicated(),
    );
    if (!this.gate || !sameGate(gate, this.gate)) this.entries = new Map();
    this.gate = gate;
  }

  private read(result: FileResult, missing: Set<string>): Entry {
    const host = this.hostOf(result);
    const { project } = this.sources.files.linker();
    const effective = this.sources.effective(result.file);
    const gate = this.gate;
    if (!host || !effective || !gate) return { findings: [], reads: new Set() };
    project.takeReads();
    const used = new Set<string>();
    const around = this.surroundings(gate, used, missing);
    const { acts } = this.knownOf(host);
    const findings = [...acts.functions.keys()].flatMap((id) => {
      const all = gate.replicas || gate.messages;
      if (!all && acts.extents.length === 0 && !mayMatter(acts, id)) return [];
      const { findings: found, faults } = checkUnit(
        unitOf(acts, id, all ? 'all' : 'transactions', around),
        this.sources.kindOf(result.file),
        effective,
      );
      for (const { rule, error } of faults) this.sources.fault(rule, error);
      return found;
    });
    return { findings, reads: new Set([...project.takeReads(), ...used]) };
  }

  private surroundings(gate: Gate, used: Set<string>, missing: Set<string>): Surroundings {
    const flows = new Map<HostFile, Flow>();
    return {
      flow: (host) => {
        const made = flows.get(host) ?? this.flow(host);
        flows.set(host, made);
        return made;
      },
      acts: (host) => {
        used.add(host.path);
        if (!this.sources.result(host.path)) missing.add(host.path);
        return this.knownOf(host).acts;
      },
      names: (host) => this.knownOf(host).names,
      mayAct: (name) => gate.names.has(name),
      kindOf: this.sources.kindOf,
      line: ({ file, span }) => {
        const text = this.sources.files.known(file) ?? '';
        return text.slice(0, span.start).split('\n').length;
      },
    };
  }

  private flow(host: HostFile): Flow {
    const { linker } = this.sources.files.linker();
    return flowOf(linker, host, this.sources.effective(host.path)?.map.receivers);
  }

  private knownOf(host: HostFile): Known {
    const result = this.sources.result(host.path);
    const before = this.known.get(host);
    if (before && before.result === result) return before;
    const { project } = this.sources.files.linker();
    const index = project.index(host);
    const statements = result?.host === host ? result.statements : [];
    const made = { result, acts: fileActs(host, index, statements, this.flow(host)), names: namesOf(host, index) };
    this.known.set(host, made);
    return made;
  }
}

/** Writes in loops, and transactions, are seen without following any call. */
const mayMatter = ({ functions }: FileActs, id: number): boolean =>
  functions.get(id)?.some(({ kind }) => kind === 'statement') ?? false;

/** What an import names a file by: its name, or its folder's where it is the index. */
const stemOf = (path: string): string => {
  const [last = '', folder = ''] = path.split('/').reverse();
  const stem = last.replace(/\.[cm]?[jt]sx?$/, '');
  return stem === 'index' ? folder : stem;
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

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
