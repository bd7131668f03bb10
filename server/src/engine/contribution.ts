/**
 * What one file adds to a check, as plain data: all that a report needs of it, and what rules on the map and the workspace
 * read of its statements. It can be kept between runs; a statement itself cannot, since it holds the file's own values.
 */
import type { FileKind, Placed } from '../rules/rule';
import type { Suppressions } from '../sql/suppressions';
import type { FileResult } from './analyzeFile';
import type { Finding, InventoryItem } from './finding';
import { placedOf } from './placed';
import { type Mapped, mappedPlace, type Statement, samePlace } from './statement';
import { inventoryItem } from './summary';

export interface Contribution {
  readonly file: string;
  readonly findings: readonly Finding[];
  readonly items: readonly InventoryItem[];
  /** For each item why no engine reads it; undefined where one does. */
  readonly whys: readonly Statement['why'][];
  readonly placed: readonly KeptPlaced[];
  readonly suppressions: Suppressions;
  /** A library is used: its functions may be units of work. */
  readonly hosted: boolean;
  /** Files and keys that it was read from besides its own text. */
  readonly reads: ReadonlySet<string>;
}

type KeptPlaced = Omit<Placed, 'toSource' | 'alike'> & { readonly mapped: Mapped | undefined };

const contributions = new WeakMap<FileResult, Contribution>();

export function contributionOf(result: FileResult, kindOf: (file: string) => FileKind): Contribution {
  const before = contributions.get(result);
  if (before) return before;
  const made = contribution(result, kindOf);
  contributions.set(result, made);
  known.set(made, evidenceOf(result, kindOf));
  return made;
}

function contribution(result: FileResult, kindOf: (file: string) => FileKind): Contribution {
  let kept: readonly KeptPlaced[] | undefined;
  return {
    file: result.file,
    findings: result.findings,
    items: result.statements.map((one) => inventoryItem(one, kindOf)),
    whys: result.statements.map(({ why }) => why),
    // Most runs keep nothing.
    get placed() {
      kept ??= result.statements.flatMap((one) => keptPlaced(one, kindOf) ?? []);
      return kept;
    },
    suppressions: result.suppressions,
    hosted: result.host !== undefined,
    reads: result.reads,
  };
}

function keptPlaced(one: Statement, kindOf: (file: string) => FileKind): KeptPlaced | undefined {
  const placed = placedOf(one, kindOf);
  if (placed === undefined) return undefined;
  const { toSource: _, alike: __, ...data } = placed;
  return { ...data, mapped: one.place.mapped };
}

/** What rules on maps and workspaces see of a file, and what its comments say to their findings. */
export interface Evidence {
  readonly file: string;
  readonly placed: readonly Placed[];
  readonly suppressions: Suppressions;
  /** Where statements stand. */
  readonly spans: readonly InventoryItem['span'][];
}

const known = new WeakMap<Contribution | FileResult, Evidence>();

export function evidenceIn(one: Contribution): Evidence {
  const { file, suppressions, items } = one;
  const made = known.get(one) ?? {
    file,
    placed: one.placed.map(revived),
    suppressions,
    spans: items.map(({ span }) => span),
  };
  known.set(one, made);
  return made;
}

const revived = ({ mapped, ...data }: KeptPlaced): Placed => ({
  ...data,
  toSource: (mapped ? mappedPlace(mapped) : samePlace).toSource,
});

/** Made when it is asked for: of most keystrokes nobody looks at the statements of the whole workspace. */
export function evidenceOf(result: FileResult, kindOf: (file: string) => FileKind): Evidence {
  const before = known.get(result);
  if (before) return before;
  const { file, suppressions, statements } = result;
  let placed: readonly Placed[] | undefined;
  let spans: Evidence['spans'] | undefined;
  const made: Evidence = {
    file,
    suppressions,
    get placed() {
      placed ??= statements.flatMap((one) => placedOf(one, kindOf) ?? []);
      return placed;
    },
    get spans() {
      spans ??= statements.map(({ span }) => span);
      return spans;
    },
  };
  known.set(result, made);
  return made;
}
