/** What a table's strategies say: a key and an algorithm for each of two levels. */
import { didYouMean } from '../../../text/didYouMean';
import type { Location } from '../../../text/span';
import { entriesOf, type Node, textOf } from '../../positioned/node';
import type { Report } from '../declared';
import { type Algorithm, algorithm, algorithmTypes, classAlgorithm, inlineAlgorithm } from './algorithms';
import { field, plain } from './fields';

export type Chosen =
  | { readonly kind: 'by'; readonly columns: readonly string[]; readonly algorithm?: Algorithm }
  /** The caller hands the shard over, outside the SQL text. */
  | { readonly kind: 'hint'; readonly at: Location }
  | { readonly kind: 'none' }
  /** Reported already. */
  | { readonly kind: 'broken' };

export interface Algorithms {
  find(name: Node): Algorithm | undefined;
}

export function algorithmsOf(rule: Node, report: Report): Algorithms {
  const declared = entriesOf(field(rule, 'shardingAlgorithms'));
  for (const { key, keyAt, value } of declared) {
    const node = field(value, 'type');
    const type = textOf(node);
    if (type === undefined) report(keyAt, 'error', 'missing-key', `The algorithm \`${key}\` has no \`type\`.`);
    else if (!Object.hasOwn(algorithmTypes, type.toUpperCase())) {
      const meant = didYouMean(type.toUpperCase(), Object.keys(algorithmTypes));
      const hint = meant ? ` Did you mean \`${meant}\`?` : ' It is taken for a function of its columns.';
      const message = `\`${type}\` is no algorithm that ShardingSphere ships.${hint}`;
      report(node?.at ?? keyAt, meant ? 'warning' : 'information', 'unknown-algorithm-type', message);
    }
  }
  return {
    find(name) {
      const wanted = textOf(name) ?? '';
      const found = declared.find(({ key }) => plain(key) === plain(wanted));
      if (found) return algorithm(found.value);
      const meant = didYouMean(
        wanted,
        declared.map(({ key }) => key),
      );
      const message = `No algorithm \`${wanted}\` is declared here.${meant ? ` Did you mean \`${meant}\`?` : ''}`;
      report(name.at, 'error', 'unknown-algorithm', message);
      return undefined;
    },
  };
}

/** `standardColumn`: `defaultShardingColumn`, for a strategy that names none. */
export function chosen(
  strategy: Node | undefined,
  algorithms: Algorithms,
  standardColumn: string | undefined,
  report: Report,
): Chosen | undefined {
  if (strategy === undefined) return undefined;
  if (field(strategy, 'none') !== undefined || textOf(strategy)?.toLowerCase() === 'none') return { kind: 'none' };
  const hint = field(strategy, 'hint');
  if (hint) return { kind: 'hint', at: hint.at };
  const by = ['standard', 'complex', 'inline'].map((kind) => field(strategy, kind)).find((node) => node !== undefined);
  if (by === undefined) {
    const message = 'A strategy is one of `standard`, `complex`, `hint` and `none`.';
    report(entriesOf(strategy)[0]?.keyAt ?? strategy.at, 'error', 'unknown-strategy', message);
    return { kind: 'broken' };
  }
  const written = textOf(field(by, 'shardingColumn')) ?? textOf(field(by, 'shardingColumns')) ?? standardColumn;
  const columns = (written ?? '').split(',').flatMap((part) => part.trim() || []);
  if (columns.length === 0) {
    report(by.at, 'error', 'missing-key', 'This strategy names no sharding column.');
    return { kind: 'broken' };
  }
  const expression = textOf(field(by, 'algorithmExpression'));
  const className = textOf(field(by, 'preciseAlgorithmClassName')) ?? textOf(field(by, 'algorithmClassName'));
  const name = field(by, 'shardingAlgorithmName');
  const found =
    name !== undefined
      ? algorithms.find(name)
      : expression !== undefined
        ? inlineAlgorithm(expression)
        : className !== undefined
          ? classAlgorithm(className)
          : undefined;
  return { kind: 'by', columns, ...(found && { algorithm: found }) };
}
