/** vtgate: `VEXPLAIN PLAN`, and where a version does not know it `EXPLAIN FORMAT=VITESS`. Both plan, and read no row. */
import type { Planned } from '../../advice/planned';
import type { Lexical } from '../../sql/lexical';
import { type Connection, DatabaseError, type Row } from '../database/connection';
import { type Asked, withLiterals } from './citus';

/** vtgate takes literals out again before it plans: any number does. */
const literals = Array.from({ length: 200 }, (_, i) => String(i + 1));

export async function askVtgate(connection: Connection, sql: string, lexical: Lexical): Promise<Asked> {
  const text = withLiterals(sql, literals, lexical);
  try {
    const answer = readVtgatePlan(await explained(connection, text));
    return answer ? { answer } : { unasked: 'the plan is none that we can read' };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return /VT12\d{3}|unsupported:/.test(error.message)
      ? { answer: { refused: error.message } }
      : { unasked: `${error.message} (${error.code})` };
  }
}

async function explained(connection: Connection, sql: string): Promise<readonly Row[]> {
  try {
    return await connection.query(`VEXPLAIN PLAN ${sql}`);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'ER_PARSE_ERROR')
      return connection.query(`EXPLAIN FORMAT=VITESS ${sql}`);
    throw error;
  }
}

type Data = Readonly<Record<string, unknown>>;
const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The plan as one JSON document, or as the tree that versions before 16 write with a row a line. */
export function readVtgatePlan(rows: readonly Row[]): Planned | undefined {
  const first = Object.values(rows[0] ?? {})[0];
  const data: unknown = typeof first === 'string' ? parsed(first) : first;
  const root = isData(data) ? (isData(data.Instructions) ? data.Instructions : data) : undefined;
  const leaves = root ? leavesOf(root) : rows.map(leafOfRow).filter((leaf) => leaf !== undefined);
  if (leaves.length === 0) return undefined;
  const reaches = leaves.map(({ variant }) => reachOf(variant));
  const reach = order.find((each) => reaches.includes(each)) ?? 'several';
  const says = [...new Set(leaves.map(({ operator, variant }) => `${operator} ${variant}`.trim()))].join(', ');
  return { reach, crossShard: leaves.length > 1, says };
}

interface Leaf {
  readonly operator: string;
  readonly variant: string;
}

/** From the widest to the narrowest. */
const order: readonly Planned['reach'][] = ['scatter', 'several', 'subset', 'sharded', 'single', 'local'];

const sends = /^(?:Route|Insert|Update|Delete|Send|DirectDDL|VindexLookup)$/;

/** The steps that are sent to shards. What a lookup reads to find the shard is not one. */
function leavesOf(node: Data): readonly Leaf[] {
  const operator = String(node.OperatorType ?? '');
  if (sends.test(operator)) {
    const inputs =
      operator === 'Insert' && /select/i.test(String(node.Variant ?? node.InsertVariant ?? '')) ? inputsOf(node) : [];
    return [{ operator, variant: String(node.Variant ?? '') }, ...inputs.flatMap(leavesOf)];
  }
  return inputsOf(node).flatMap(leavesOf);
}

const inputsOf = (node: Data): readonly Data[] => (Array.isArray(node.Inputs) ? node.Inputs.filter(isData) : []);

function leafOfRow(row: Row): Leaf | undefined {
  const operator = String(row.operator ?? '').replace(/^[\s└├─│]+/, '');
  return sends.test(operator) ? { operator, variant: String(row.variant ?? '') } : undefined;
}

function reachOf(variant: string): Planned['reach'] {
  switch (variant) {
    case 'Unsharded':
    case 'EqualUnique':
    case 'Reference':
    case 'Next':
    case 'None':
    case 'DBA':
      return 'single';
    case 'Scatter':
      return 'scatter';
    // By a lookup that is not unique, by a list, by some of the key's columns.
    case 'Equal':
    case 'IN':
    case 'MultiEqual':
    case 'SubShard':
      return 'subset';
    case 'Sharded':
      return 'sharded';
    default:
      return 'several';
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
