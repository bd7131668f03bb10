/** `verify`: what the planner of the user's own Citus or vtgate says of the inventory, against our routes. Nothing is executed. */
import { type Answer, disagreement } from '../advice/planned';
import type { Askable, Survey } from '../advice/survey';
import { findDialect } from '../dialects';
import { postgresql } from '../dialects/postgresql';
import { relativeTo } from '../platform/paths';
import { oneLine } from '../report/printable';
import { type Place, type Verification, verificationText } from '../report/verification';
import { type LineIndex, lineIndex, positionAt } from '../text/lineIndex';
import type { Connection } from './database/connection';
import { databaseUrl } from './database/url';
import { withConnection } from './database/withConnection';
import type { SurveyResult } from './engine';
import { type Shell, type Status, status, UsageError } from './shell';
import { type Asked, askCitus } from './verify/citus';
import { barred } from './verify/gate';
import { askVtgate } from './verify/vtgate';
import { surveyWhere, whereOf } from './workspace';

export interface VerifyOptions {
  readonly urlEnv: string;
  readonly config?: string;
  readonly format: 'pretty' | 'json';
}

export async function verify(shell: Shell, args: readonly string[], options: VerifyOptions): Promise<Status> {
  const { urlEnv, config, format } = options;
  const where = whereOf(shell, args, config);
  const url = databaseUrl(urlEnv, shell.env?.(urlEnv));
  const result = await surveyWhere(shell, await shell.engine(), where);
  const wanted = url.kind === 'postgresql' ? 'citus' : 'vitess';
  const survey = result.surveys.find(({ map }) => map.router.name === wanted);
  if (!survey) {
    throw new UsageError(
      `${urlEnv} holds a ${url.kind} URL, which fits a map with \`router: ${wanted}\`, and there is none here; verify asks Citus and vtgate`,
    );
  }
  const questions = questionsOf(survey, placer(result, where.scanned));
  return withConnection(shell, url, async (connection) => {
    await mustBe(wanted, connection, urlEnv);
    const verification = await askAll(shell, connection, survey, questions);
    if (format === 'json') shell.out(`${JSON.stringify(verification, null, 2)}\n`);
    else shell.out(verificationText(verification));
    return verification.disagreements.length > 0 ? status.findings : status.clean;
  });
}

/** An ordinary server would explain too, and know nothing of shards. */
async function mustBe(router: 'citus' | 'vitess', connection: Connection, urlEnv: string): Promise<void> {
  if (router === 'vitess') {
    if (!/vitess/i.test(connection.version)) throw new UsageError(`the server of ${urlEnv} is no vtgate`);
    return;
  }
  const rows = await connection.query("SELECT 1 AS found FROM pg_extension WHERE extname = 'citus'");
  if (rows.length === 0) throw new UsageError(`the database of ${urlEnv} has no Citus extension`);
}

interface Question {
  readonly askable: Askable | undefined;
  readonly sql: string;
  readonly places: Place[];
  /** Why there is no text to ask about. */
  readonly why?: string;
}

/** Each text once, with all places that send it; then what only query logs know. */
function questionsOf(survey: Survey, place: (file: string, offset: number) => Place): readonly Question[] {
  const questions = new Map<string, Question>();
  const add = (question: Omit<Question, 'places'>, at: Place): void => {
    const key = question.askable ? question.askable.sql.toLowerCase() : `${at.file}:${at.line}:${question.sql}`;
    const known = questions.get(key) ?? { ...question, places: [] };
    known.places.push(at);
    questions.set(key, known);
  };
  for (const one of survey.statements) {
    if (!one.own || one.operation === 'ddl' || one.operation === 'other') continue;
    const askable = one.askable();
    const why =
      one.orm === 'sql' || one.unknown.length > 0 ? 'its text is not known in full' : 'the library makes its text';
    add({ askable, sql: askable?.sql ?? one.sql, ...(!askable && { why }) }, place(one.file, one.name.start));
  }
  for (const one of survey.onlyLogged ?? []) add({ askable: one, sql: one.sql }, place(one.at.file, one.at.span.start));
  return [...questions.values()];
}

async function askAll(
  shell: Shell,
  connection: Connection,
  { map }: Survey,
  questions: readonly Question[],
): Promise<Verification> {
  const lexical = (findDialect(map.dialect) ?? postgresql).lexical;
  const ask = connection.kind === 'postgresql' ? askCitus : askVtgate;
  const found: { -readonly [K in keyof Verification]: Verification[K] } & {
    disagreements: Verification['disagreements'][number][];
    undecided: Verification['undecided'][number][];
    unasked: Verification['unasked'][number][];
  } = { agreed: 0, disagreements: [], undecided: [], unasked: [] };
  for (const [i, { askable, sql, places, why }] of questions.entries()) {
    if (i % 20 === 0) shell.progress(`asked ${i} of ${questions.length} statements`);
    const bar = askable ? barred(askable.sql, askable.query, lexical) : (why ?? 'its text is not known');
    const { answer, unasked }: Asked =
      askable && bar === undefined ? await ask(connection, askable.sql, lexical) : { unasked: bar ?? '' };
    if (!askable || !answer) found.unasked.push({ sql, places, why: unasked ?? 'there is no answer' });
    else {
      const said = disagreement(askable.route, answer);
      if (said !== undefined) found.disagreements.push({ sql, places, said });
      else if (askable.route.reach === 'unknown') found.undecided.push({ sql, places, said: words(answer) });
      else found.agreed++;
    }
  }
  shell.progress('');
  return found;
}

const words = (answer: Answer): string => ('refused' in answer ? `refused: ${answer.refused}` : answer.says);

function placer(result: SurveyResult, folder: string): (file: string, offset: number) => Place {
  const indexes = new Map<string, LineIndex | undefined>();
  return (file, offset) => {
    if (!indexes.has(file)) {
      const text = result.text(file);
      indexes.set(file, text === undefined ? undefined : lineIndex(text));
    }
    const index = indexes.get(file);
    const line = index ? positionAt(index, offset).line + 1 : 1;
    return { file: oneLine(relativeTo(folder, file) ?? file), line };
  };
}
