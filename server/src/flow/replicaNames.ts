/**
 * Clients that read from a replica by their name or by the environment that they are made from: the commonest form of
 * replica routing, two clients side by side (`prismaReplica`, `db.RO()`, `new Pool({ … process.env.DATABASE_REPLICA_URL })`).
 */
import type { Value } from '../hosts/host';
import type { Chain } from './flow';

const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

const clients = new Set(
  'db database pool client conn connection prisma knex kysely drizzle sequelize source orm sql pg mysql mongo'.split(
    ' ',
  ),
);

/** `$replica`, `dbReadOnly`, `RO`, `users_ro`, `readPool`, `readerDb`; not `withReplicas(…)`, which routes by itself. */
export function namesReplica(name: string): boolean {
  const words = wordsOf(name);
  if (words.includes('with') || words.includes('primary') || words.includes('set')) return false;
  return words.some((word, i) => {
    const next = words[i + 1] ?? '';
    const before = words[i - 1] ?? '';
    if (/^(?:replicas?|readonly|readreplica)$/.test(word)) return true;
    if (word === 'ro') return words.length === 1 || clients.has(before) || clients.has(next);
    if (word === 'read') return next === 'only' || clients.has(next) || (next === '' && clients.has(before));
    return (word === 'reader' || word === 'slave') && (words.length === 1 || clients.has(before) || clients.has(next));
  });
}

/** `DATABASE_REPLICA_URL`, `DB_READ_ONLY_URL`, `PG_RO_DSN`, `READ_DATABASE_URL`. */
const variable = /(?:^|_)(?:REPLICA|READ_?ONLY|READER|RO|READ)(?:_|\d|$)/;

/** Whether a chain has passed such a client; `method` is the last of its names and no client's. */
export function passesReplica(chain: Chain, method: Value | undefined): boolean {
  const written = method?.kind === 'call' ? spineNames(method.callee) : [];
  if ([...chain.via.map(({ name }) => name), ...written].some(namesReplica)) return true;
  return chain.steps.some((step) => step.kind === 'new' && step.args.some(({ value }) => namesVariable(value, 6)));
}

/** Names before the method that is called: `this`, `prismaReplica` and `order` of `this.prismaReplica.order.findMany(…)`. */
function spineNames(callee: Value): readonly string[] {
  const names: string[] = [];
  let at: Value | undefined = callee.kind === 'member' ? callee.object : undefined;
  while (at !== undefined) {
    if (at.kind === 'name') names.push(at.name);
    if (at.kind === 'member' && typeof at.property === 'string') names.push(at.property);
    at = at.kind === 'member' ? at.object : at.kind === 'call' ? at.callee : undefined;
  }
  return names;
}

function namesVariable(value: Value, left: number): boolean {
  if (left === 0) return false;
  switch (value.kind) {
    case 'member':
      return (
        typeof value.property === 'string' && /^[A-Z][A-Z0-9_]+$/.test(value.property) && variable.test(value.property)
      );
    case 'object':
      return value.entries.some((entry) => namesVariable(entry.value, left - 1));
    case 'list':
      return value.items.some((item) => namesVariable(item, left - 1));
    case 'call':
      return value.args.some((arg) => namesVariable(arg, left - 1));
    case 'binary':
      return namesVariable(value.left, left - 1);
    default:
      return false;
  }
}
