/** What each file adds to the gate, what it imports and where its calls lead; kept until something that it was read from changes. */
import type { Flow } from '../../flow/flow';
import type { CallValue, HostFile } from '../../hosts/host';
import type { Files } from '../files';
import { namesBroker } from './brokers';
import type { Called } from './called';
import { importersIn, mayCall, modulesIn, reachedFrom } from './callers';
import { mayHandle } from './events';
import type { FileActs } from './fileActs';
import { type Gate, gateOf, type Share, shareOf } from './gate';
import { type Leading, leadingIn, type Step, stepsIn } from './leading';
import { namesRouter } from './routes';

/** A file of the workspace; `hosted` where it uses a library itself. */
export interface UnitFile {
  readonly file: string;
  readonly hosted: boolean;
}

/** `reads`: files and keys whose change makes it void. */
export interface Kept<T> {
  readonly made: T;
  readonly reads: ReadonlySet<string>;
}

/** By the name that is called: where calls lead, as far as that was asked. */
type Steps = ReadonlyMap<string, readonly Step[]>;

export interface SharePart {
  readonly share?: Kept<Share>;
  readonly steps?: Kept<Steps>;
  /** Files that it imports. */
  readonly imports?: Kept<readonly string[]>;
}

export interface ShareSources {
  readonly files: Files;
  /** Whether any rule says something of what the functions of that file do. */
  asks(file: string): boolean;
  replicated(): boolean;
  hostOf(path: string, hosted: boolean): Promise<HostFile | undefined>;
  acts(host: HostFile): Kept<FileActs> & { readonly names: ReadonlyMap<number, string> };
  called(call: CallValue, host: HostFile): Called;
  flow(host: HostFile): Flow;
  /** Told of what something is made of while other files may be missing. */
  making(file: string): void;
}

/** What units are asked for. */
export interface Taking {
  readonly gate: Gate;
  readonly leading: Leading;
  /** Files whose functions matter: those that use libraries, and those that lead on; rules say something of them. */
  readonly files: readonly string[];
}

export class Shares {
  private shares = new Map<string, Kept<Share>>();
  private steps = new Map<string, Kept<Steps>>();
  private imports = new Map<string, Kept<readonly string[]>>();

  constructor(private readonly sources: ShareSources) {}

  forget(): void {
    this.shares = new Map();
    this.steps = new Map();
    this.imports = new Map();
  }

  touch(path: string): void {
    for (const kept of [this.shares, this.steps, this.imports])
      for (const [file, { reads }] of kept) if (file === path || reads.has(path)) kept.delete(file);
  }

  drop(files: ReadonlySet<string>): void {
    for (const kept of [this.shares, this.steps, this.imports]) for (const file of files) kept.delete(file);
  }

  recall(file: string, { share, steps, imports }: SharePart): void {
    if (share) this.shares.set(file, share);
    if (steps) this.steps.set(file, steps);
    if (imports) this.imports.set(file, imports);
  }

  part(file: string): SharePart {
    const [share, steps, imports] = [this.shares.get(file), this.steps.get(file), this.imports.get(file)];
    return { ...(share && { share }), ...(steps && { steps }), ...(imports && { imports }) };
  }

  async taking(files: readonly UnitFile[]): Promise<Taking> {
    const shares = new Map<string, Share>();
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
    await this.take(
      shares,
      files.filter((one) => one.hosted || namesBroker(this.textOf(one))),
    );
    let gate = gateNow();
    if (gate.replicas) {
      await this.take(
        shares,
        files.filter((one) => !shares.has(one.file) && mayHandle(this.textOf(one))),
      );
      gate = gateNow();
    }
    const asked = new Set(files.flatMap(({ file }) => (this.sources.asks(file) ? [file] : [])));
    const leading = gate.replicas || gate.messages ? await this.leading(files, asked, shares, gate) : new Map();
    return { gate, leading, files: own().flatMap(([file]) => (asked.has(file) ? [file] : [])) };
  }

  /** What nothing leads to that is `asked` for, such as what only tests call, leads nowhere. */
  private async leading(
    files: readonly UnitFile[],
    asked: ReadonlySet<string>,
    shares: Map<string, Share>,
    gate: Gate,
  ): Promise<Leading> {
    const imports = (file: string): readonly string[] => this.importsOf(file);
    const importers = importersIn(
      files.map(({ file }) => file),
      imports,
    );
    const called = new Set([...asked, ...reachedFrom(asked, imports)]);
    const others = files.filter(({ file, hosted }) => !hosted && !file.endsWith('.sql') && called.has(file));
    const hosted = new Set(files.flatMap((one) => (one.hosted ? [one.file] : [])));
    const ways = new Map([...shares].filter(([file]) => called.has(file)));
    const leading = await leadingIn(
      {
        shares: ways,
        takeCallers: (targets, names) => {
          const leading = reachedFrom(targets, (file) => importers.get(file));
          const may = (text: string): boolean => mayCall(text, names) || namesRouter(text);
          const wanted = ({ file }: UnitFile): boolean => !ways.has(file) && leading.has(file);
          return this.take(
            ways,
            others.filter((one) => wanted(one) && may(this.textOf(one))),
          );
        },
        steps: (file, name) => this.stepsOf({ file, hosted: hosted.has(file) }, name),
      },
      gate,
    );
    for (const [file, share] of ways) shares.set(file, share);
    return leading;
  }

  private async take(into: Map<string, Share>, some: readonly UnitFile[]): Promise<void> {
    for (const one of some) {
      const share = await this.of(one);
      if (share) into.set(one.file, share);
    }
  }

  private textOf({ file }: UnitFile): string {
    return this.sources.files.known(file) ?? '';
  }

  private importsOf(file: string): readonly string[] {
    const known = this.imports.get(file);
    if (known) return known.made;
    const text = file.endsWith('.sql') ? undefined : this.sources.files.known(file);
    const { project } = this.sources.files.linker();
    const { answer, reads } = project.watch(() =>
      [...modulesIn(text ?? '')].flatMap((module) => project.fileOf(file, module) ?? []),
    );
    if (text !== undefined) this.imports.set(file, { made: answer, reads });
    return answer;
  }

  private async stepsOf(of: UnitFile, name: string): Promise<readonly Step[]> {
    const known = this.steps.get(of.file);
    const before = known?.made.get(name);
    if (before) return before;
    const host = await this.sources.hostOf(of.file, of.hosted);
    if (!host) return [];
    const { project } = this.sources.files.linker();
    const { made: acts } = this.sources.acts(host);
    const { answer, reads } = project.watch(() =>
      stepsIn(
        acts,
        name,
        (call, at) => this.sources.called(call, at),
        (at) => this.sources.flow(at),
      ),
    );
    this.sources.making(of.file);
    this.steps.set(of.file, {
      made: new Map([...(known?.made ?? []), [name, answer]]),
      reads: new Set([...(known?.reads ?? []), ...reads]),
    });
    return answer;
  }

  private async of(of: UnitFile): Promise<Share | undefined> {
    const known = this.shares.get(of.file);
    if (known) return known.made;
    const host = await this.sources.hostOf(of.file, of.hosted);
    if (!host) return undefined;
    const { made, names, reads } = this.sources.acts(host);
    const share = { made: shareOf(made, names), reads };
    this.shares.set(of.file, share);
    return share.made;
  }
}
