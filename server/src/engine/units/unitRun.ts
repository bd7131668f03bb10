/** Runs rules over the units of a workspace and turns what they report into findings. */

import { rules } from '../../rules';
import type { AnyRule, FileKind, UnitReport } from '../../rules/rule';
import type { Unit } from '../../rules/unit';
import type { Effective } from '../../shards/load';
import type { Severity, ShardMap } from '../../shards/model';
import { tableIndex } from '../../shards/resolve';
import type { Location } from '../../text/span';
import type { Finding } from '../finding';
import { fingerprint } from '../fingerprint';
import type { RuleRun } from '../ruleRun';
import { fill, milder, severityOf } from '../runRules';

const unitRules: readonly AnyRule[] = rules.filter(({ unit }) => unit !== undefined);

/** Those that say anything of what files of that kind do. */
export const unitRulesIn = (map: ShardMap, kind: FileKind): readonly AnyRule[] =>
  unitRules.filter((rule) => severityOf(rule, map, kind) !== 'off');

/** A finding, and how many calls lie between the unit and its parts. */
export interface UnitFinding {
  readonly finding: Finding;
  readonly distance: number;
}

export function checkUnit(
  unit: Unit,
  kind: FileKind,
  { map, schema }: Effective,
): { readonly findings: readonly UnitFinding[]; readonly faults: RuleRun['faults'] } {
  const findings: UnitFinding[] = [];
  const faults: RuleRun['faults'][number][] = [];
  const index = tableIndex(map, schema);
  for (const rule of unitRulesIn(map, kind)) {
    const report = (
      message: string,
      at: Location,
      data: Readonly<Record<string, string | number>>,
      more: UnitReport,
    ): void => {
      const severity = mildest(severityOf(rule, map, more.kind), severityOf(rule, map, kind));
      if (severity === 'off') return;
      const finding: Finding = {
        rule: rule.id,
        severity: milder(severity, more.severity),
        confidence: more.confidence,
        message: fill(rule.meta.messages[message] ?? message, data),
        file: at.file,
        span: at.span,
        related: more.related ?? [],
        fixes: (more.fixes ?? []).map(({ title, safe, edits }) => ({
          title,
          safe,
          edits: edits.map((edit) => ({ file: edit.at.file, span: edit.at.span, text: edit.text })),
        })),
        fingerprint: fingerprint(rule.id, at.file, more.identity, message),
        ...(more.places === undefined ? {} : { places: more.places }),
      };
      findings.push({ finding, distance: more.distance });
    };
    const options = map.rules[rule.id]?.options ?? {};
    try {
      rule.unit?.(unit, { map, schema, options, table: (name) => index.find(name), report });
    } catch (error) {
      faults.push({ rule: rule.id, error });
    }
  }
  return { findings, faults };
}

/** What only a test does is a test's matter, wherever it stands. */
const mildest = (a: Severity | 'off', b: Severity | 'off'): Severity | 'off' =>
  a === 'off' || b === 'off' ? 'off' : milder(a, b);
