/** Drizzle writes table and column objects in a template as their names. */
import type { Chain, Flow, Ref } from '../../flow/flow';

const tables = /^(?:pg|mysql|sqlite|singlestore|mssql|cockroach)Table$|^table$/;

const textOf = (flow: Flow, ref: Ref | undefined): string | undefined => {
  const [shape] = ref === undefined ? [] : flow.shapes(ref);
  return shape?.kind === 'literal' && typeof shape.value === 'string' ? shape.value : undefined;
};

/** `users` → `"users"`, `users.tenantId` → `"users"."tenant_id"`; undefined for everything else. */
export const drizzleName = (flow: Flow, chain: Chain): string | undefined => {
  const { root, steps } = chain;
  if (root.kind !== 'package' || !/^drizzle-orm(?:\/|$)/.test(root.module)) return undefined;
  const index = steps.findIndex((step) => step.kind === 'call');
  const call = steps[index];
  if (call?.kind !== 'call' || !tables.test(call.name === '' ? root.name : call.name)) return undefined;
  const table = textOf(flow, call.args[0]);
  if (table === undefined) return undefined;
  const [column, ...more] = steps.slice(index + 1);
  if (column === undefined) return `"${table}"`;
  if (column.kind !== 'member' || more.length > 0) return undefined;
  const [columns] = call.args[1] === undefined ? [] : flow.shapes(call.args[1]);
  const entry = columns?.kind === 'object' ? columns.entries.find((e) => e.key === column.name) : undefined;
  const built = entry === undefined ? undefined : flow.chain(entry.value).steps.find((step) => step.kind === 'call');
  const name = built?.kind === 'call' ? textOf(flow, built.args[0]) : undefined;
  return `"${table}"."${name ?? column.name}"`;
};
