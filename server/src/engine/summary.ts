/** What one check comes to: findings, the inventory, and how much of it was understood. */

import { type Operation, operationOf } from '../query/operation';
import { hasDynamicTable } from '../query/tables';
import type { FileKind } from '../rules/rule';
import type { Contribution } from './contribution';
import type { Checked, Coverage, Finding, InventoryItem } from './finding';
import { placedOf } from './placed';
import type { Statement } from './statement';
import { answerBy, stretchedRoute } from './statementShapes';

export function summary(files: readonly Contribution[], findings: readonly Finding[]): Omit<Checked, 'text'> {
  const counted = files.flatMap(({ items, whys }) =>
    items.map(({ file, span, route }, i): Counted => ({ file, span, route, why: whys[i] })),
  );
  return { findings, inventory: files.flatMap(({ items }) => items), coverage: coverageOf(counted) };
}

type Counted = Pick<Statement, 'file' | 'span' | 'route' | 'why'>;

export function coverageOf(statements: readonly Counted[]): Coverage {
  const unread = statements.filter(({ why }) => why !== undefined);
  const unknown = statements.filter(({ why, route }) => why === undefined && route.reach === 'unknown');
  return {
    statements: statements.length,
    understood: statements.length - unread.length - unknown.length,
    unknown: unknown.length + unread.length,
    unread: unread.map((one) => ({ location: { file: one.file, span: one.span }, why: one.why ?? 'unsupported' })),
  };
}

/** A library names what its calls do; what text does is said by the text. */
function operationIn({ found, query, shaped }: Statement): Operation {
  if (shaped) return answerBy(shaped, 'operation', operationOf);
  const read = query && found?.statement.kind !== 'model' ? operationOf(query) : 'other';
  return read === 'other' ? (found?.operation ?? (query ? operationOf(query) : 'other')) : read;
}

/** What stands in the place of a table's name that is known only when the statement runs. */
export const dynamicTable = '$dynamic';

export function inventoryItem(one: Statement, kindOf: (file: string) => FileKind): InventoryItem {
  return {
    file: one.file,
    span: one.span,
    nameSpan: one.nameSpan,
    orm: one.orm,
    operation: operationIn(one),
    tables: one.tables.length === 0 && one.query && hasDynamicTable(one.query) ? [dynamicTable] : one.tables,
    writes: placedOf(one, kindOf)?.writes ?? [],
    own: kindOf(one.file) === 'source',
    route: stretchedRoute(one.route, one.place.mapped?.stretch),
    target: one.target,
    transaction: one.found?.transaction ?? null,
    confidence: one.route.confidence,
    sql: one.sql,
    unknown: [...(one.found?.unknown ?? []), ...(one.why ? [one.why] : [])],
  };
}
