/** Whether what the source says of a shape and what was sent are one. */
import type { Item, ReadBoth } from './differential';
import type { Run, Sent } from './sent';

/** Not of the application: transactions, a session's settings, questions about the database itself. */
const apart =
  /^\s*(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|set|show|discard|deallocate|listen)\b|^\s*select\s+(?:version|current_database|current_schema|set_config)\s*\(|\b(?:pg_catalog|information_schema|pg_type|pg_namespace)\b|^\s*$/i;

interface Executed {
  readonly operation: string;
  readonly tables: readonly string[];
  readonly class: string;
  readonly transaction: number | null;
  readonly server: string;
  readonly sql: string;
}

const order = ['reference', 'unsharded', 'single', 'subset', 'scatter', 'cross-shard-join', 'unknown-dynamic'];
const worst = (classes: readonly string[]): string =>
  classes.reduce((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), 'reference');

const writes = new Set(['insert', 'update', 'delete', 'upsert']);
const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  [...new Set(a)].sort().join() === [...new Set(b)].sort().join();

/** A call may send several statements: a write names it, otherwise its first. */
const operationAgrees = (said: string, sent: readonly Executed[]): boolean => {
  const operations = sent.map(({ operation }) => operation);
  if (operations.includes(said)) return writes.has(said) || !operations.some((one) => writes.has(one));
  // Read first, then written, is an upsert too.
  if (said === 'upsert') return operations.some((one) => one === 'insert' || one === 'update');
  return false;
};

const executedOf = (sent: readonly Sent[], read: ReadBoth['sent']): readonly Executed[] =>
  sent.flatMap(({ sql, transaction, server }): readonly Executed[] => {
    if (apart.test(sql)) return [];
    const items = read(sql);
    if (items.length === 0) return [{ operation: 'unread', tables: [], class: 'unread', transaction, server, sql }];
    return items.map((item) => ({
      operation: item.operation,
      tables: item.tables,
      class: item.class,
      transaction,
      server,
      sql,
    }));
  });

/** All ways of cutting a list into so many parts, in order, none of them empty. */
function* cuts<T>(list: readonly T[], parts: number): Generator<readonly (readonly T[])[]> {
  if (parts === 0) {
    if (list.length === 0) yield [];
    return;
  }
  for (let size = 1; size <= list.length - parts + 1; size++)
    for (const rest of cuts(list.slice(size), parts - 1)) yield [list.slice(0, size), ...rest];
}

const subsets = <T>(list: readonly T[]): readonly (readonly T[])[] =>
  list.length > 6
    ? [list]
    : Array.from({ length: 2 ** list.length }, (_, bits) => list.filter((__, at) => (bits >> at) % 2 === 1));

const printItem = (item: Item): string =>
  `${item.operation} ${item.class}${item.alternatives.map((one) => ` or ${one}`).join('')} [${item.tables.join(', ')}]${
    item.transaction === null ? '' : ' tx'
  }${item.target === 'unknown' ? '' : ` ${item.target}`}  ${item.sql}`;
const printSent = (one: Executed): string =>
  `${one.operation} ${one.class} [${one.tables.join(', ')}]${one.transaction === null ? '' : ' tx'} ${one.server}  ${one.sql}`;

/** Also whom it asks: as the source says, or the primary where it says nothing, too. */
export type Targets = 'said' | 'unsaid-is-primary' | undefined;

/** Whether the call of `item` may have sent these. */
const mayHaveSent = (item: Item, sent: readonly Executed[], targets: Targets): boolean =>
  (targets === undefined ||
    sent.every(
      ({ server }) =>
        server === (item.target === 'unknown' && targets === 'unsaid-is-primary' ? 'primary' : item.target),
    )) &&
  operationAgrees(item.operation, sent) &&
  sameSet(
    item.tables,
    sent.flatMap(({ tables }) => tables),
  ) &&
  [item.class, ...item.alternatives].includes(worst(sent.map((one) => one.class))) &&
  (targets !== undefined || item.transaction === null || sent.every(({ transaction }) => transaction !== null));

/** How the statements of one run fall to the items: by item, what it sent. Branches not taken send nothing. */
function explained(
  items: readonly Item[],
  sent: readonly Executed[],
  targets: Targets,
): readonly (readonly [Item, readonly Executed[]])[] | undefined {
  for (const taken of [...subsets(items)].sort((a, b) => b.length - a.length)) {
    for (const parts of cuts(sent, taken.length)) {
      const pairs = taken.map((item, i): readonly [Item, readonly Executed[]] => [item, parts[i] ?? []]);
      if (pairs.every(([item, part]) => mayHaveSent(item, part, targets))) return pairs;
    }
  }
  return undefined;
}

/** The difference in words; undefined where they agree. */
export function difference(
  items: readonly Item[],
  runs: readonly Run[],
  read: ReadBoth['sent'],
  targets?: Targets,
): string | undefined {
  const all = runs.map(({ sent }) => executedOf(sent, read));
  const show = (why: string): string =>
    [
      why,
      '  source says:',
      ...items.map((item) => `    ${printItem(item)}`),
      ...all.flatMap((sent, i) => [
        `  sent${all.length > 1 ? ` in run ${i + 1}` : ''}:`,
        ...sent.map((one) => `    ${printSent(one)}`),
      ]),
    ].join('\n');
  const parts = all.map((sent) => explained(items, sent, targets));
  if (parts.some((one) => one === undefined)) return show('what was sent is not what the source says');
  const pairs = parts.flatMap((one) => one ?? []);
  for (const item of items) {
    const classes = pairs.filter(([one]) => one === item).map(([, sent]) => worst(sent.map((one) => one.class)));
    if (classes.length === 0) return show(`line ${item.line} sent nothing`);
    if (worst(classes) !== item.class)
      return show(`line ${item.line} is ${item.class}, and ${worst(classes)} was sent`);
  }
  return undefined;
}
