/** The parts of a sharding rule, whatever file and version they come from. */
import { child, entriesOf, itemsOf, type Node } from '../../positioned/node';
import { field } from './fields';

export interface RuleParts {
  /** Nodes with `tables`, `bindingTables`, `shardingAlgorithms` … */
  readonly sharding: readonly Node[];
  /** Lists of broadcast tables. */
  readonly broadcast: readonly Node[];
  /** Groups of a primary and its replicas. */
  readonly replicaGroups: readonly Node[];
}

/** `- !SHARDING` is known by what it holds: the tag itself says nothing more. */
export function ruleParts(root: Node): RuleParts {
  const spring = field(root, 'spring', 'shardingsphere') ?? springDotted(root);
  const rules = itemsOf(field(root, 'rules'));
  const below = [field(spring, 'rules', 'sharding'), field(spring, 'sharding'), field(root, 'shardingRule')];
  const sharding = [...rules, ...below].filter((node) => node !== undefined).filter(isSharding);
  const apart = rules.filter((node) => field(node, 'tables')?.kind === 'list').map((node) => field(node, 'tables'));
  const broadcast = [
    ...sharding.map((node) => field(node, 'broadcastTables')),
    ...apart,
    field(spring, 'rules', 'broadcast', 'tables'),
  ].filter((node) => node !== undefined);
  const splitting = [
    ...rules.filter((node) => !isSharding(node)),
    field(spring, 'rules', 'readwrite-splitting'),
    field(spring, 'rules', 'readwrite_splitting'),
  ];
  const replicaGroups = splitting.flatMap((node) =>
    [...entriesOf(field(node, 'dataSourceGroups')), ...entriesOf(field(node, 'dataSources'))].map(({ value }) => value),
  );
  return { sharding, broadcast, replicaGroups };
}

const isSharding = (node: Node): boolean =>
  field(node, 'tables')?.kind === 'map' ||
  ['autoTables', 'shardingAlgorithms', 'bindingTables', 'broadcastTables'].some(
    (key) => field(node, key) !== undefined,
  );

/** Spring's YAML may fold keys: `spring.shardingsphere:`. */
const springDotted = (root: Node): Node | undefined => child(root, 'spring.shardingsphere');
