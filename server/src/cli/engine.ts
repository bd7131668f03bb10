/** What the commands ask of the engine. Tests hand in another one. */
import type { CapacityFacts } from '../advice/capacity/model';
import type { Change } from '../advice/keyAdvisor/whatIf';
import type { Survey } from '../advice/survey';
import type { Checked } from '../engine/finding';
import type { Memory } from '../engine/recall';
import type { Slice } from '../engine/slice';
import type { WhatIfChecked } from '../engine/whatIf';
import type { Platform } from '../platform/platform';
import type { RuleText } from '../report/report';
import type { Route } from '../routing/route';
import type { Effective } from '../shards/load';
import type { MapProblem, ShardMap } from '../shards/model';

export interface Engine {
  readonly rules: ReadonlyMap<string, RuleText>;
  check(request: CheckRequest): Promise<CheckResult>;
  /** A check with what decisions over the whole workspace are made from. */
  survey(request: SurveyRequest): Promise<SurveyResult>;
  /** What a map that a person proposes would change; works without a map. */
  whatIf(request: WhatIfRequest): Promise<WhatIfChecked | { readonly why: string }>;
  /** The statements of a text, against the map of the workspace or one given inline. */
  explain(sql: string, against: MapChoice): Promise<ExplainResult>;
  /** The map of the workspace and its schema; a missing or broken map is a usage error. */
  effective(against: MapChoice): Promise<Effective>;
  /** What manifests, settings and code say about connections; without a map there is one server. */
  capacity(request: CapacityRequest): Promise<CapacityResult>;
  /** First maps for a workspace that has none, best first. */
  proposals(platform: Platform, root: string): Promise<readonly Proposal[]>;
}

export interface CapacityRequest {
  readonly platform: Platform;
  readonly root: string;
  readonly paths: readonly string[];
  readonly configFile?: string;
  readonly progress?: (done: number, of: number) => void;
}

export interface CapacityResult {
  readonly facts: CapacityFacts;
  /** Undefined where there is none, or where it cannot be used. */
  readonly map?: ShardMap;
}

export interface CheckRequest {
  readonly platform: Platform;
  /** The workspace folder: absolute, as are all paths. */
  readonly root: string;
  /** Files and folders that findings are wanted for; empty for all. */
  readonly paths: readonly string[];
  readonly configFile?: string;
  /** Of a check that several machines share. */
  readonly slice?: Slice;
  readonly progress?: (done: number, of: number) => void;
  readonly memory?: Memory;
}

export interface SurveyRequest extends Omit<CheckRequest, 'memory'> {
  /** Where there is no map: goes on with a plan, in which nothing is sharded that nobody declares. */
  readonly plan?: boolean;
}

export interface WhatIfRequest extends Omit<CheckRequest, 'memory' | 'paths'> {
  readonly changes: readonly Change[];
}

export interface SurveyResult extends CheckResult {
  /** One a map. */
  readonly surveys: readonly Survey[];
}

export interface CheckResult extends Checked {
  /** The maps in use; empty where none was found. */
  readonly maps: readonly string[];
  /** What is wrong with them. */
  readonly problems: readonly MapProblem[];
}

export type MapChoice =
  | { readonly platform: Platform; readonly root: string; readonly configFile?: string }
  | { readonly platform: Platform; readonly inline: unknown };

export interface ExplainResult {
  readonly statements: readonly ExplainedStatement[];
  /** Why there is nothing to explain. */
  readonly error?: string;
}

export interface ExplainedStatement {
  readonly kind: string;
  readonly tables: readonly string[];
  readonly route: Route;
  readonly sql: string;
}

export interface Proposal {
  /** "Vitess VSchema in db/vschema.json". */
  readonly label: string;
  /** "3 sharded tables, 2 reference tables". */
  readonly detail: string;
  /** The map's text, YAML. */
  readonly text: string;
  /** How many tables it spreads. */
  readonly sharded: number;
}
