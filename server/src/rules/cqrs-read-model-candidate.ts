import { projectorPath, projectorText } from '../advice/readSide/projectorText';
import { outboxOf, progressOf, readModelSql } from '../advice/readSide/readModelSql';
import { readSideAdviceOn } from '../advice/readSide/readSideAdvice';
import { locationOf, type ReadModelPlan, type Sending } from '../advice/readSide/step';
import type { ShardMap } from '../shards/model';
import { defineRule, type MapEdit, type Placing } from './rule';

export default defineRule({
  id: 'cqrs-read-model-candidate',
  meta: {
    summary: 'A join over shards is read in several ways, far more often than its tables are written',
    why: 'Each of the ways fetches rows of other shards for every call, while one row written costs one row kept beside.',
    remedy:
      'Keep the rows of the join in a table of their own that is read instead (CQRS): an outbox beside each source says what has changed, a projector applies it.',
    whenNot:
      'Readers must see their own writes at once, or the statements are rare: a read model is a second copy that somebody has to run.',
    sources: [
      'Greg Young, CQRS Documents',
      'Chris Richardson, Microservices Patterns: transactional outbox, CQRS',
      'Microsoft: CQRS pattern',
    ],
    severity: 'information',
    since: '0.2',
    messages: {
      keep: '{Why}. Keep a read model: a replica would not do, as {replica}; a copied column neither, as {copy}; nor a materialized view, as {view}.',
      use: '`{name}` has these rows: read them there instead of from all shards.',
    },
  },
  workspace({ map, known, statements, placing, report }) {
    for (const step of readSideAdviceOn(statements, known)) {
      const [first, ...others] = step.statements;
      if (step.kind !== 'read-model' || !first) continue;
      const { model, why, before } = step;
      const related = others.map((one) => ({ location: locationOf(one), message: 'reads the same join' }));
      const { confidence } = first.route;
      if (model?.exists) {
        report('use', locationOf(first), { name: model.name }, { related, confidence });
        continue;
      }
      const edits = model && editsOf(model, map, placing);
      const [replica, copy, view] = before.map((one) => one.why);
      const data = {
        Why: why.charAt(0).toUpperCase() + why.slice(1),
        replica: replica ?? '',
        copy: copy ?? '',
        view: view ?? '',
      };
      const title = `Write the read model \`${model?.name}\` with its outboxes and projector`;
      report('keep', locationOf(first), data, {
        related,
        confidence,
        fixes: edits ? [{ title, safe: false, edits }] : [],
      });
    }
  },
});

function editsOf(model: ReadModelPlan, map: ShardMap, placing: Placing): readonly MapEdit[] | undefined {
  const sql = readModelSql(model, { dialect: map.dialect, router: map.router.name });
  const migration = sql && placing.migration(sql.title, sql, model.near);
  const place = (one: Sending): string => placing.where(locationOf(one));
  const path = projectorPath(model);
  const program = placing.file(path, projectorText(model, { dialect: map.dialect, place }));
  if (!migration || !program) return undefined;
  const entry = placing.entries('readModels', { [model.name]: `{ "projector": [${JSON.stringify(path)}] }` });
  const tables = placing.entries('tables', placesOf(model, map));
  return [...migration, program, ...(tables ? [tables] : []), ...(entry ? [entry] : [])];
}

/** Where the new tables lie: each outbox beside its source, what is read in one place. */
function placesOf(model: ReadModelPlan, map: ShardMap): Readonly<Record<string, string>> {
  const whole = '{ "kind": "unsharded" }';
  const sources = [model.root, ...model.parents].map((source) => {
    const table = map.tables.find(({ name }) => name.join('.') === source.name.join('.'));
    const [key] = source.shard;
    const group = table?.groupGiven ? [`"group": ${JSON.stringify(table.group)}`] : [];
    const shards = table?.shards === undefined ? [] : [`"shards": ${table.shards}`];
    const beside = `{ ${[`"shardKey": ${JSON.stringify(key?.column)}`, ...group, ...shards].join(', ')} }`;
    return [outboxOf(source), key && table ? beside : whole] as const;
  });
  const citus = map.router.name === 'citus' && model.key !== undefined;
  const read = citus ? `{ "shardKey": ${JSON.stringify(model.key)} }` : whole;
  return Object.fromEntries([...sources, [model.name, read], [progressOf(model), whole]]);
}
