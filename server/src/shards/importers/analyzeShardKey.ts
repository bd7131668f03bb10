/** What MongoDB's `analyzeShardKey` answered, saved as JSON or EJSON. */
import type { MeasuredTable } from '../../schema/statistics';
import { defineImporter, type SourceText } from '../importer';
import type { MapProblem } from '../model';
import { readJson } from '../positioned/json';
import { child, entriesOf, entryOf, itemsOf, type Node, scalarOf, textOf } from '../positioned/node';
import { nothing } from './declared';

export default defineImporter({
  id: 'analyze-shard-key',
  title: "MongoDB's analyzeShardKey",
  page: {
    notRead:
      '`readDistribution` and `writeDistribution`: the report counts statements of the code itself. How many values a key of several fields has, since no single field is known by that.',
    sources: ['https://www.mongodb.com/docs/manual/reference/command/analyzeShardKey/'],
  },
  evidence: true,
  files: ['**/*analyzeShardKey*.json', '**/*analyze-shard-key*.json'],
  accepts: ({ text }) => /"keyCharacteristics"\s*:/.test(text),
  import(files) {
    const read = files.map(readAnswers);
    return {
      ...nothing,
      statistics: read.flatMap(({ tables }) => tables),
      problems: read.flatMap(({ problems }) => problems),
    };
  },
});

interface Answers {
  readonly tables: readonly MeasuredTable[];
  readonly problems: readonly MapProblem[];
}

/** One answer, or a list of them. */
function readAnswers({ path, text }: SourceText): Answers {
  const { node, problems } = readJson(path, text);
  const found = [...problems];
  const tables = itemsOf(node).flatMap((answer) => tableOf(answer, path, found));
  return { tables, problems: found };
}

function tableOf(answer: Node, path: string, problems: MapProblem[]): readonly MeasuredTable[] {
  const facts = entryOf(answer, 'keyCharacteristics');
  if (!facts) return [];
  const named = child(answer, 'analyzeShardKey');
  const collection = collectionOf(textOf(named)) ?? collectionOf(fileName(path));
  if (collection === undefined) {
    const message =
      'The answer does not say which collection it is of: put the command beside it, `"analyzeShardKey": "shop.orders", "key": { … }`, or name the file `shop.orders.analyzeShardKey.json`.';
    problems.push({ at: facts.keyAt, severity: 'error', code: 'missing-key', message });
    return [];
  }
  const value = (key: string): number | undefined => numberOf(child(facts.value, key));
  const rows = value('numDocsTotal');
  const size = value('avgDocSizeBytes');
  const common = itemsOf(child(facts.value, 'mostCommonValues'));
  const fields = fieldsOf(child(answer, 'key') ?? child(common[0], 'value'));
  const sampled = value('numDocsSampled') ?? rows;
  const [field] = fields;
  if (fields.length !== 1) {
    const what = fields.length === 0 ? 'The answer names no field' : 'The key has several fields';
    const message = `${what}: only the number of documents and their size are taken from it.`;
    problems.push({ at: facts.keyAt, severity: 'information', code: 'key-unknown', message });
  }
  const distinct = value('numDistinctValues');
  const correlation = numberOf(child(child(facts.value, 'monotonicity'), 'recordIdCorrelationCoefficient'));
  const mostCommon = common.flatMap((one) => {
    const frequency = numberOf(child(one, 'frequency'));
    const said = field && plain(child(child(one, 'value'), field));
    if (frequency === undefined || !sampled) return [];
    return [{ ...(said !== undefined && { value: said }), share: Math.min(1, frequency / sampled) }];
  });
  const column = field !== undefined && {
    name: field,
    ...(distinct !== undefined && { distinct }),
    ...(mostCommon.length > 0 && { mostCommon }),
    ...(correlation !== undefined && { correlation }),
    at: facts.keyAt,
  };
  return [
    {
      name: collection.split('.'),
      ...(rows !== undefined && { rows }),
      ...(rows !== undefined && size !== undefined && { bytes: rows * size }),
      columns: fields.length === 1 && column ? [column] : [],
      at: facts.keyAt,
    },
  ];
}

/** `shop.orders` is the collection `orders`; which database it lies in the application decides. */
function collectionOf(namespace: string | undefined): string | undefined {
  const name = namespace === undefined ? undefined : /^[^.]+\.(.+)$/.exec(namespace)?.[1];
  return name === '' ? undefined : name;
}

const fileName = (path: string): string =>
  (path.split('/').at(-1) ?? '').replace(/\.?analyze-?shard-?key.*$/i, '').replace(/\.json$/i, '');

const fieldsOf = (key: Node | undefined): readonly string[] => entriesOf(key).map((entry) => entry.key);

/** Numbers of EJSON, and `Long`s that `JSON.stringify` took apart. */
function numberOf(node: Node | undefined): number | undefined {
  const value = scalarOf(node);
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  for (const key of ['$numberLong', '$numberInt', '$numberDouble', '$numberDecimal']) {
    const number = Number(textOf(child(node, key)) ?? Number.NaN);
    if (Number.isFinite(number)) return number;
  }
  const [low, high] = [scalarOf(child(node, 'low')), scalarOf(child(node, 'high'))];
  return typeof low === 'number' && typeof high === 'number' ? high * 2 ** 32 + (low >>> 0) : undefined;
}

/** A value as the code writes it. */
function plain(node: Node | undefined): string | undefined {
  const number = numberOf(node);
  if (number !== undefined) return String(number);
  const wrapped = ['$oid', '$uuid', '$date', '$symbol']
    .map((key) => textOf(child(node, key)))
    .find((each) => each !== undefined);
  return wrapped ?? textOf(node);
}
