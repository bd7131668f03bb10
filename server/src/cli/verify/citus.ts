/**
 * Citus: EXPLAIN without ANALYZE, in a read-only transaction that is rolled back. Parameters become typed literals, since
 * Citus explains no generic plans; their types are asked of the server by PREPARE, which plans and runs nothing.
 */
import type { Answer, Planned } from '../../advice/planned';
import { lex } from '../../sql/lexer';
import type { Lexical } from '../../sql/lexical';
import { textOf } from '../../sql/token';
import { type Connection, DatabaseError } from '../database/connection';
import { sampleOf } from './samples';

export interface Asked {
  readonly answer?: Answer;
  /** Why there is none. */
  readonly unasked?: string;
}

/** One question in a transaction of its own, so that an error spoils no other one. */
export async function askCitus(connection: Connection, sql: string, lexical: Lexical): Promise<Asked> {
  await connection.query('BEGIN READ ONLY');
  try {
    const types = await parameterTypes(connection, sql, lexical);
    const literals = types.map(sampleOf);
    const rows = await connection.query(`EXPLAIN (FORMAT JSON) ${withLiterals(sql, literals, lexical)}`);
    const answer = readCitusPlan(Object.values(rows[0] ?? {})[0]);
    return answer ? { answer } : { unasked: 'the plan is none that we can read' };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    // feature_not_supported: the planner's own no. All else is about our question.
    return error.code === '0A000'
      ? { answer: { refused: error.message } }
      : { unasked: `${error.message} (${error.code})` };
  } finally {
    await connection.query('ROLLBACK');
  }
}

let questions = 0;

async function parameterTypes(connection: Connection, sql: string, lexical: Lexical): Promise<readonly string[]> {
  if (!lex(sql, lexical).some(({ kind }) => kind === 'placeholder')) return [];
  // A name of its own: what is prepared outlives the transaction if something fails in between.
  const name = `shardlint_question_${++questions}`;
  await connection.query(`PREPARE ${name} AS ${sql}`);
  const [row] = await connection.query(
    `SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = '${name}'`,
  );
  await connection.query(`DEALLOCATE ${name}`);
  return Array.isArray(row?.types) ? row.types.map(String) : [];
}

/** `$2` → the second literal. */
export function withLiterals(sql: string, literals: readonly string[], lexical: Lexical): string {
  let text = '';
  let at = 0;
  for (const token of lex(sql, lexical)) {
    if (token.kind !== 'placeholder') continue;
    const number = Number(/\d+$/.exec(textOf(sql, token))?.[0]);
    text += `${sql.slice(at, token.start)}${literals[number - 1] ?? 'NULL'}`;
    at = token.end;
  }
  return text + sql.slice(at);
}

type Data = Readonly<Record<string, unknown>>;
const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined where it is no plan. */
export function readCitusPlan(output: unknown): Planned | undefined {
  const plans: unknown = typeof output === 'string' ? parsed(output) : output;
  const root = Array.isArray(plans) && isData(plans[0]) ? plans[0].Plan : undefined;
  if (!isData(root)) return undefined;
  const found: Node[] = [];
  nodesIn(root, found);
  if (found.length === 0) return { reach: 'local', crossShard: false, says: 'a plan without shards' };
  const tasks = Math.max(...found.map((node) => node.tasks));
  const moves = found.some((node) => node.moves) || found.filter((node) => node.tasks > 0).length > 1;
  const says = [`${tasks} ${tasks === 1 ? 'task' : 'tasks'}`, ...new Set(found.flatMap((node) => node.why))].join(', ');
  return { reach: tasks <= 1 ? 'single' : 'several', shards: tasks, crossShard: moves, says };
}

interface Node {
  readonly tasks: number;
  readonly moves: boolean;
  readonly why: readonly string[];
}

/** Nodes of Citus; what a worker plans below its tasks is its own. */
function nodesIn(plan: Data, found: Node[]): void {
  const provider = String(plan['Custom Plan Provider'] ?? '');
  const method = plan['INSERT/SELECT method'] ?? plan['MERGE INTO method'];
  if (/^Citus (?:INSERT|MERGE)/.test(provider)) {
    found.push({ tasks: 0, moves: true, why: [typeof method === 'string' ? method : provider] });
  }
  const distributed = plan['Distributed Query'];
  if (isData(distributed)) {
    const job = isData(distributed.Job) ? distributed.Job : {};
    const count = Number(job['Task Count'] ?? 0);
    const subplans = Array.isArray(distributed.Subplans) ? distributed.Subplans.length : 0;
    const repartition = Array.isArray(job['Dependent Jobs']);
    found.push({
      tasks: Number.isFinite(count) ? count : 0,
      moves: subplans > 0 || repartition,
      why: [...(subplans > 0 ? ['subplans'] : []), ...(repartition ? ['repartition'] : [])],
    });
    return;
  }
  for (const child of Array.isArray(plan.Plans) ? plan.Plans : []) if (isData(child)) nodesIn(child, found);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
