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
  return madeFrom(chain, (name) => variable.test(name));
}

/** Whether the client was made of an environment variable of such a name: by `new`, or by the call that the chain begins with. */
export const madeFrom = ({ steps }: Chain, isMeant: (name: string) => boolean): boolean =>
  steps.some(
    (step, i) =>
      (step.kind === 'new' || (step.kind === 'call' && i < steps.length - 1 && isFactory(steps, i))) &&
      step.args.some(({ value }) => namesVariable(value, isMeant, 6)),
  );

/** `knex({ … })`, `mysql.createPool(url)`: the first call of all, with members before it alone. */
const isFactory = (steps: Chain['steps'], at: number): boolean =>
  steps.slice(0, at).every(({ kind }) => kind === 'member');

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

function namesVariable(value: Value, isMeant: (name: string) => boolean, left: number): boolean {
  if (left === 0) return false;
  const inside = (part: Value): boolean => namesVariable(part, isMeant, left - 1);
  switch (value.kind) {
    case 'member':
      return typeof value.property === 'string' && isVariable(value.property) && isMeant(value.property);
    case 'object':
      return value.entries.some((entry) => inside(entry.value));
    case 'list':
      return value.items.some(inside);
    case 'call':
      return value.args.some((arg) => (arg.kind === 'literal' ? isAsked(arg.value, isMeant) : inside(arg)));
    case 'binary':
      return inside(value.left);
    default:
      return false;
  }
}

/** `config.get('DATABASE_REPLICA_URL')` */
const isAsked = (text: unknown, isMeant: (name: string) => boolean): boolean =>
  typeof text === 'string' && isVariable(text) && /_(?:URLS?|URI|DSN|HOST)$/.test(text) && isMeant(text);

const isVariable = (name: string): boolean => /^[A-Z][A-Z0-9_]+$/.test(name);
