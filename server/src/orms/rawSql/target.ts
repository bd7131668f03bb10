/** Who is asked by text that is handed to a library with replicas: nearly always the primary. */
import type { Chain, Flow, Step } from '../../flow/flow';
import { isLiteral, objectIn, optionIn, textIn } from '../build/options';
import type { Found } from '../orm';

type Target = Found['target'];

export const targetOf = (flow: Flow, driver: string, chain: Chain, transaction: string | undefined): Target => {
  switch (driver) {
    case 'prisma':
      return ofPrisma(flow, chain);
    case 'drizzle':
      return ofDrizzle(chain);
    case 'typeorm':
      return ofTypeorm(flow, chain);
    case 'sequelize':
      return ofSequelize(flow, chain, transaction);
    case 'kysely':
      return ofKysely(flow, chain);
    case 'mikroorm':
      return ofMikro(flow, chain);
    default:
      return 'unknown';
  }
};

const called = ({ steps }: Chain, ...names: readonly string[]): (Step & { readonly kind: 'call' }) | undefined => {
  const found = steps.findLast((step) => step.kind === 'call' && names.includes(step.name));
  return found?.kind === 'call' ? found : undefined;
};

/** `@prisma/extension-read-replicas` sends no raw statement to a replica that does not ask for one. */
const ofPrisma = (flow: Flow, chain: Chain): Target => {
  const asked = called(chain, '$replica', '$primary');
  if (asked !== undefined) return asked.name === '$replica' ? 'replica' : 'primary';
  const replicas = chain.steps.some(
    (step) =>
      step.kind === 'call' &&
      step.name === '$extends' &&
      step.args.some((arg) => {
        const { root } = flow.chain(arg);
        return root.kind === 'package' && root.module === '@prisma/extension-read-replicas';
      }),
  );
  return replicas ? 'primary' : 'unknown';
};

const ofDrizzle = ({ root, steps }: Chain): Target => {
  if (root.kind !== 'package' || root.name !== 'withReplicas') return 'unknown';
  return steps.some((step) => step.kind === 'member' && step.name === '$replicas') ? 'replica' : 'primary';
};

const ofTypeorm = (flow: Flow, chain: Chain): Target => {
  const runner = called(chain, 'createQueryRunner');
  const mode = runner === undefined ? undefined : (textIn(flow, runner.args[0]) ?? 'master');
  if (mode !== undefined) return mode === 'slave' || mode === 'replica' ? 'replica' : 'primary';
  const [made] = chain.steps;
  const config = made?.kind === 'new' ? objectIn(flow, made.args) : undefined;
  return optionIn(config, 'replication') === undefined ? 'unknown' : 'primary';
};

/** By the type that is said; without one it may be a write. */
const ofSequelize = (flow: Flow, chain: Chain, transaction: string | undefined): Target => {
  const [made] = chain.steps;
  const config = made?.kind === 'new' ? objectIn(flow, made.args.toReversed()) : undefined;
  if (optionIn(config, 'replication') === undefined) return 'unknown';
  const options = objectIn(flow, called(chain, 'query')?.args.slice(1) ?? []);
  const type = optionIn(options, 'type');
  if (transaction !== undefined || type === undefined || isLiteral(flow, optionIn(options, 'useMaster'), true))
    return 'primary';
  return /\bSELECT$/.test(textIn(flow, type) ?? flow.print(type)) ? 'replica' : 'primary';
};

const ofKysely = (flow: Flow, chain: Chain): Target => {
  const [database] = called(chain, 'execute')?.args ?? [];
  const own = database === undefined ? undefined : flow.chain(database);
  const asked = own === undefined ? undefined : called(own, 'withPrimary', 'withReplica');
  if (asked !== undefined) return asked.name === 'withReplica' ? 'replica' : 'primary';
  const [made] = own?.steps ?? [];
  const dialect = made?.kind === 'new' ? optionIn(objectIn(flow, made.args), 'dialect') : undefined;
  const root = dialect === undefined ? undefined : flow.chain(dialect).root;
  return root?.kind === 'package' && /ReplicationDialect$/.test(root.name) ? 'primary' : 'unknown';
};

/** `em.getConnection('read').execute(…)`. */
const ofMikro = (flow: Flow, chain: Chain): Target => {
  const mode = textIn(flow, called(chain, 'getConnection')?.args[0]);
  return mode === 'read' ? 'replica' : mode === 'write' ? 'primary' : 'unknown';
};
