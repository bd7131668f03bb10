/** Drizzle writes table and column objects in a template as their names. */
import type { Chain, Flow, Ref } from '../../flow/flow';
import { isDrizzle, madeIn, tableName } from '../drizzle/tables';

const textOf = (flow: Flow, ref: Ref | undefined): string | undefined => {
  const [shape] = ref === undefined ? [] : flow.shapes(ref);
  return shape?.kind === 'literal' && typeof shape.value === 'string' ? shape.value : undefined;
};

/** `users` → `"users"`, `users.tenantId` → `"users"."tenant_id"`; undefined for everything else. */
export const drizzleName = (flow: Flow, chain: Chain): string | undefined => {
  const made = chain.root.kind === 'package' && isDrizzle(chain.root.module) ? madeIn(chain) : undefined;
  const path = made && tableName(flow, made);
  if (made === undefined || path === undefined) return undefined;
  const table = path.map((part) => `"${part}"`).join('.');
  const { call } = made;
  const [column, ...more] = chain.steps.slice(made.index + 1);
  if (column === undefined) return table;
  if (column.kind !== 'member' || more.length > 0) return undefined;
  const [columns] = call.args[1] === undefined ? [] : flow.shapes(call.args[1]);
  const entry = columns?.kind === 'object' ? columns.entries.find((e) => e.key === column.name) : undefined;
  const built = entry === undefined ? undefined : flow.chain(entry.value).steps.find((step) => step.kind === 'call');
  const name = built?.kind === 'call' ? textOf(flow, built.args[0]) : undefined;
  return `${table}."${name ?? column.name}"`;
};
