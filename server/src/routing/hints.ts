/** Router comments by which people say that they mean it. */
import type { Reason } from './route';

/** Vitess, SPQR, ShardingSphere and PgDog spell "every shard, on purpose" or name the shard themselves. */
const intended = [
  /\bvt\+.*\bALLOW_SCATTER\b/is,
  /\b__spqr__(scatter_query|execute_on|sharding_key)\b/i,
  /\bshardingsphere[ _]hint\s*:.*\b(disableAuditNames|WRITE_ROUTE_ONLY|SHARDING_\w+VALUE)\b/is,
  /\bpgdog_(shard|sharding_key)\s*:/i,
];

/** A statement that says so itself fans out on purpose: it is counted, not reported. */
export function hintReasons(hints: readonly string[]): readonly Reason[] {
  const said = hints.find((hint) => intended.some((pattern) => pattern.test(hint)));
  return said === undefined
    ? []
    : [{ code: 'hint', text: `the comment \`${said.slice(0, 80)}\` says that this is intended` }];
}
