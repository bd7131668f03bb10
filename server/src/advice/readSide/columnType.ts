/** The type of a column as a new table may declare it. */
import { findColumn } from '../../schema/model';
import type { Joined } from './joinShape';

/** Undefined where nothing says it, or only in a form that is not SQL of plain words. */
export function columnType(
  { facts, declared }: Pick<Joined, 'facts' | 'declared'>,
  column: string,
): string | undefined {
  const found = facts && findColumn(facts, column);
  const type = found?.type || declared?.columns.get(column) || '';
  const modifiers = found?.type ? found.modifiers : [];
  if (!/^[a-z][a-z0-9_ ]*(?:\[\])*$/i.test(type) || !modifiers.every((one) => /^\w+$/.test(one))) return undefined;
  if (/^(?:enum|set)$/i.test(type)) return undefined;
  return modifiers.length > 0 ? `${type}(${modifiers.join(', ')})` : type;
}

/** False only where a declaration says so. */
export function isNullable({ facts }: Pick<Joined, 'facts'>, column: string): boolean {
  const found = facts && findColumn(facts, column);
  return found?.nullable !== false && !facts?.primaryKey?.columns.includes(column);
}
