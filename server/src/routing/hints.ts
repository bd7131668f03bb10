/** Router comments by which people say that they mean it. */
import type { Reason } from './route';

/** Vitess, SPQR, ShardingSphere and PgDog spell "every shard, on purpose" or name the shard themselves. */
const intended = [
  /\bvt\+.*\bALLOW_SCATTER\b/is,
  /\b__spqr__(scatter_query|execute_on|sharding_key)\b/i,
  /\bshardingsphere[ _]hint\s*:.*\b(disableAuditNames|WRITE_ROUTE_ONLY|DATA_SOURCE_NAME|SHARDING_\w+VALUE)\b/is,
  /\bpgdog_(shard|sharding_key)\s*:/i,
];

/** A statement that says so itself fans out on purpose: it is counted, not reported. */
export function hintReasons(hints: readonly string[]): readonly Reason[] {
  const said = hints.find((hint) => intended.some((pattern) => pattern.test(hint)));
  return said === undefined
    ? []
    : [{ code: 'hint', text: `the comment \`${said.slice(0, 80)}\` says that this is intended` }];
}

/** Comments by which people choose between the primary and a replica: PgDog, SPQR, Pgpool-II, MaxScale, ShardingSphere. */
const targets: readonly (readonly [pattern: RegExp, target: 'primary' | 'replica'])[] = [
  [/\bpgdog_role:\s*primary\b/i, 'primary'],
  [/\bpgdog_role:\s*replica\b/i, 'replica'],
  [/\b__spqr__target_session_attrs:\s*(?:read-write|primary)\b/i, 'primary'],
  [/\b__spqr__target_session_attrs:\s*(?:read-only|prefer-standby|standby)\b/i, 'replica'],
  [/^\s*NO LOAD BALANCE\s*$/i, 'primary'],
  [/\bmaxscale\s+route\s+to\s+master\b/i, 'primary'],
  [/\bmaxscale\s+route\s+to\s+(?:slave|replica)\b/i, 'replica'],
  [/\bshardingsphere[ _]hint\s*:.*\bWRITE_ROUTE_ONLY\s*=\s*true\b/is, 'primary'],
];

export const hintTarget = (hints: readonly string[]): 'primary' | 'replica' | undefined =>
  hints.length === 0 ? undefined : targets.find(([pattern]) => hints.some((hint) => pattern.test(hint)))?.[1];
