/**
 * Routers that pick shards and send the statement there as it stands. They move no rows: what the picked shards cannot
 * answer on their own is not refused but missing from the answer, and that is said as a reason of its own.
 */
import type { Insert, Query } from '../query/model';
import type { ShardTable } from '../shards/model';
import type { Span } from '../text/span';
import { type Analysis, type AnalysisOptions, analyse } from './analysis';
import { readRoute } from './read';
import { crossingReason } from './reasons';
import type { Confidence, Reach, Reason, ReasonCode, Route, Shards } from './route';
import { insertRoute } from './write';

export interface Sent {
  readonly reach: Reach;
  readonly shards?: Pick<Shards, 'count' | 'ids'>;
  readonly refused?: { readonly code: string; readonly because: string; readonly span?: Span };
  /** What the router looks at, in its own terms. */
  readonly notes: readonly Reason[];
  /** The shards are right although the shared rules cannot tell, or `notes` say what is missing. */
  readonly trusted?: boolean;
  readonly confidence?: Confidence;
}

const breadth: readonly Reach[] = ['none', 'reference', 'unsharded', 'single', 'subset', 'scatter'];
const crossing = new Set<ReasonCode>(['off-key-join', 'other-group', 'mixed', 'subquery']);
const ofTables = new Set<ReasonCode>(['reference', 'unsharded', 'unknown-table', 'wrong-shard', 'shallow']);

/** `title` is the router as a sentence names it. */
export function sentRoute(query: Query, analysis: Analysis, sent: Sent, title: string): Route {
  const base = readRoute(query, analysis);
  const { reach, refused, notes } = sent;
  const same = base.reach === reach;
  const own = base.reasons.filter(({ code }) => !crossing.has(code) && (same || ofTables.has(code)));
  const missing = refused || reach === 'unknown' ? [] : missed(base, analysis, sent, title);
  const many = reach === 'subset' || reach === 'scatter';
  return {
    ...base,
    reach,
    crossShard: null,
    refused: refused ? { code: refused.code, because: refused.because } : null,
    bindings:
      reach === 'scatter' && !same
        ? base.bindings.map((one) => (one.key.length > 0 ? { ...one, how: 'none' as const } : one))
        : base.bindings,
    shards: counted(reach, sent.shards, base),
    merge: many ? base.merge : [],
    confidence: sent.confidence ?? base.confidence,
    reasons: [
      ...(refused ? [refusal(refused)] : []),
      ...missing,
      ...(reach === 'scatter' && !same && notes.length === 0 ? [unread(base, title)] : notes),
      ...own.filter(({ code }) => many || code !== 'merge'),
    ],
  };
}

const unread = ({ bindings }: Route, title: string): Reason => {
  const bound = bindings.find(({ key }) => key.length > 0);
  const text = `${title} reads no value for the key out of these predicates`;
  return { code: 'unbound', text, ...(bound && { span: bound.span }) };
};

const refusal = ({ code, because, span }: NonNullable<Sent['refused']>): Reason => ({
  code: code === 'key-update' || code === 'missing-shard-key' ? reasonOf(code) : 'refused',
  text: because,
  ...(span && { span }),
});

const reasonOf = (code: string): ReasonCode => (code === 'key-update' ? 'key-update' : 'missing-key');

/** Rows that belong to the answer and lie where the router does not look, or meet no partner where it does. */
function missed(base: Route, analysis: Analysis, sent: Sent, title: string): readonly Reason[] {
  if (analysis.empty() || sent.trusted) return [];
  const [first] = analysis.crossings();
  if (first) {
    const { text, span } = crossingReason(first);
    return [{ code: 'incomplete', text: `${title} lets each shard work alone: ${text}`, ...(span && { span }) }];
  }
  const wider = base.reach === 'subset' || base.reach === 'scatter';
  if (!wider || breadth.indexOf(sent.reach) >= breadth.indexOf(base.reach)) return [];
  const where = sent.reach === 'single' ? 'one shard' : 'some shards';
  const span = sent.notes.find((note) => note.span)?.span ?? base.bindings.find(({ key }) => key.length > 0)?.span;
  return [
    {
      code: 'incomplete',
      text: `${title} asks ${where}, and others have rows of the answer, too`,
      ...(span && { span }),
    },
  ];
}

function counted(reach: Reach, found: Sent['shards'], base: Route): Shards {
  const of = base.bindings.length > 0 ? base.shards.of : undefined;
  const total = of === undefined ? {} : { of };
  switch (reach) {
    case 'single':
      return { ...found, count: 1, ...total };
    case 'scatter':
      return of === undefined ? {} : { count: of, of };
    case 'subset':
      return { ...found, ...total };
    case 'none':
      return { count: 0, ...total };
    default:
      return {};
  }
}

/** INSERT … SELECT: what is wrong with leaving the rows on the shard where they are read; nothing where they keep their key. */
export function leftBehind(
  insert: Insert,
  table: ShardTable,
  options: AnalysisOptions,
  title: string,
): readonly Reason[] {
  const analysed = (source: Query): Analysis => analyse(source, options);
  const route = insertRoute(insert, table, { values: 'immutable', key: table.shardKey, analyse: analysed });
  // Rows that the statement brings along are left together, too.
  const apart = route.reach === 'subset' && route.reasons.some(({ code }) => code === 'insert-value');
  if (route.crossShard === null && !apart) return [];
  const text = `${title} leaves the rows of \`${table.name.join('.')}\` on the shard where they are read, whatever their \`${table.shardKey.join(', ')}\` is`;
  return [{ code: 'incomplete', text, span: insert.table.span }];
}
