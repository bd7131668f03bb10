/** What a unit is made of while its function's acts are written out. */
import type { Turn } from '../../flow/course';
import type { FileIndex } from '../../flow/fileIndex';
import type { Flow } from '../../flow/flow';
import type { Outcome } from '../../flow/outcome';
import type { Func, HostFile } from '../../hosts/host';
import type { FileKind } from '../../rules/rule';
import type { Hopped, KeyValues, StatementAct, UnitAct, UnitTransaction } from '../../rules/unit';
import type { Location } from '../../text/span';
import type { Passed } from './between';
import type { Lookup } from './called';
import type { Handler } from './events';
import type { Extent } from './extents';
import type { FileActs } from './fileActs';
import { type Handing, nothingHanded } from './handing';
import type { Led, Matter } from './matter';
import type { Step } from './order';
import type { QuietIn } from './quiet';

/** What expanding needs to know of the workspace. */
export interface Surroundings {
  flow(host: HostFile): Flow;
  index(host: HostFile): FileIndex;
  /** What a file's functions do; undefined where it is not known (yet). */
  acts(host: HostFile): FileActs | undefined;
  names(host: HostFile): ReadonlyMap<number, string>;
  readonly called: Lookup;
  readonly quiet: QuietIn;
  /** As in `Gate`. */
  readonly routed: readonly string[];
  /** As in `Gate`. */
  readonly ambient: readonly string[];
  /** As in `Gate`. */
  readonly handlers: readonly Handler[];
  host(path: string): HostFile | undefined;
  kindOf(file: string): FileKind;
  /** 1-based. */
  line(at: Location): number;
  text(file: string): string;
}

export interface Walk {
  readonly around: Surroundings;
  /** All calls, or those in transactions alone. */
  readonly follow: 'all' | 'transactions';
  /** As in `Unit`. */
  parameters(): readonly string[];
  readonly acts: Expanded[];
  readonly extents: Map<string, Extent & Pick<UnitTransaction, 'loops'>>;
  readonly hosts: Map<string, HostFile>;
  /** Calls that were followed, by the id of their turn. */
  readonly calls: Map<string, Location>;
}

/** A unit's act, or something that lies between them. */
export type Expanded =
  | Passed
  | {
      readonly turns: readonly Turn[];
      readonly act: UnitAct;
      readonly keys?: () => readonly KeyValues[];
      readonly matter: () => Matter;
      readonly steps: readonly Step[];
      /** The functions on the way to it, its own among them. */
      readonly functions: readonly Func[];
      readonly handing: Handing;
    };

/** Where a function stands in the unit: what was passed on the way to it. */
export interface Way extends Led {
  readonly turns: readonly Turn[];
  readonly steps: readonly Step[];
  readonly hops: StatementAct['hops'];
  readonly inside: readonly string[];
  /** What is handed over on the way may carry the innermost transaction. */
  readonly mayJoin: boolean;
  readonly handing: Handing;
  /** What becomes of what the function returns. */
  readonly outcome: Outcome;
  /** Nobody waits for what is called. */
  readonly loose: boolean;
  readonly functions: readonly Func[];
  readonly over?: Hopped;
}

export const start: Way = {
  turns: [],
  steps: [],
  hops: [],
  inside: [],
  mayJoin: false,
  handing: nothingHanded,
  answers: new Set(),
  bare: true,
  outcome: 'returned',
  loose: false,
  functions: [],
};
