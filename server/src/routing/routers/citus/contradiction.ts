/** Conditions that no row meets: PostgreSQL finds them before Citus looks at the shards. */
import type { Expr } from '../../../query/model';
import { columnType } from '../../../shards/groups';
import type { Analysis } from '../../analysis';
import type { Fact, Scope } from '../../scope';
import { levelOf } from './flat';

/** Queries that select nothing, as a column of theirs would have to equal two different numbers. */
export const emptyLevels = (analysis: Analysis): ReadonlySet<Scope> => analysis.kept(findEmpty);

const none: ReadonlySet<Scope> = new Set();

/** Compares with something that the statement itself spells out. */
const namesValue = ({ what }: Fact): boolean =>
  what.kind === 'predicate' &&
  (what.expr.kind === 'in' ||
    (what.expr.kind === 'compare' &&
      what.expr.op === '=' &&
      (isSpelled(what.expr.left) || isSpelled(what.expr.right))));

const isSpelled = ({ kind }: Expr): boolean => kind !== 'column' && kind !== 'param';

function findEmpty(analysis: Analysis): ReadonlySet<Scope> {
  const { universe, binder } = analysis;
  let values = 0;
  for (const scope of universe.scopes) for (const fact of scope.facts) if (namesValue(fact)) values++;
  if (values < 2) return none;
  const edges = new Map<Scope, (readonly [string, string])[]>();
  for (const scope of universe.scopes) {
    if (scope.link === 'anti' || scope.facts.length === 0) continue;
    const level = levelOf(scope);
    for (const fact of scope.facts) {
      if (fact.items || fact.connects || fact.what.kind !== 'predicate') continue;
      for (const edge of binder.edgesOf(fact)) {
        const own = edges.get(level) ?? [];
        own.push(edge);
        edges.set(level, own);
      }
    }
  }
  return new Set([...edges].flatMap(([level, own]) => (contradicts(own, analysis) ? [level] : [])));
}

/** Spelled in one way only: whole numbers, days and UUIDs. */
const isCanonical = (value: string): boolean =>
  /^=(-?\d+|\d{4}-\d\d-\d\d|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/.test(value);

/** Two values that are written differently are different: canonical ones, and anything compared with a text column. */
function contradicts(edges: readonly (readonly [string, string])[], { universe }: Analysis): boolean {
  const isValue = (node: string): boolean => node.startsWith('=');
  const isText = (node: string): boolean => {
    const dot = node.indexOf('.');
    const table = universe.rels[Number(node.slice(0, dot))]?.table;
    return table !== undefined && /^(text|character|char|varchar)\b/.test(columnType(table, node.slice(dot + 1)));
  };
  const isPlain = (edge: readonly string[], node: string): boolean =>
    isValue(node) && (isCanonical(node) || edge.some(isText));
  if (edges.filter((edge) => edge.some((node) => isPlain(edge, node))).length < 2) return false;
  const values = new Map<string, string>();
  const parent = new Map<string, string>();
  const find = (node: string): string => {
    const above = parent.get(node);
    return above === undefined ? node : find(above);
  };
  for (const edge of edges) {
    const nodes = edge.filter((node) => !isValue(node));
    if (nodes.length === 0) continue;
    const [a = '', b = a] = nodes.map(find);
    const found = [...edge.filter((node) => isPlain(edge, node)), values.get(a), values.get(b)].filter(
      (one) => one !== undefined,
    );
    if (new Set(found).size > 1) return true;
    if (a !== b) parent.set(b, a);
    const [value] = found;
    if (value !== undefined) values.set(a, value);
  }
  return false;
}
