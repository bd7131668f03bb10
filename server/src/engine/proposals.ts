/** First maps for a workspace that has none: what its declarations say, as the text of a `shardlint.yaml`. */
import { declaredServices, servicesText } from '../advice/federation/declaredServices';
import { adviseKeys, keyOf } from '../advice/keyAdvisor/keyAdvice';
import { mapText, plain } from '../advice/keyAdvisor/mapText';
import { relativeTo } from '../platform/paths';
import type { Platform } from '../platform/platform';
import type { Schema } from '../schema/model';
import { type Declaration, declarationsIn, discover } from '../shards/discover';
import { importers } from '../shards/importers';
import { loadInlineMap } from '../shards/load';
import { readersOf } from './readers';
import { largest } from './whatIf';
import { Workspace } from './workspace';

export interface Proposal {
  /** "Vitess VSchema in db/vschema.json". */
  readonly label: string;
  /** "3 sharded tables, 2 reference tables". */
  readonly detail: string;
  /** The map's text, YAML. */
  readonly text: string;
  /** How many tables it spreads; none where only tables and columns are known yet. */
  readonly sharded: number;
}

/**
 * Best first: declarations with sharded tables before plain schemas. Where nobody declares shards, the statements of the
 * workspace are read, and the advisor's first choice says more than a plain schema.
 */
export async function proposals(platform: Platform, root: string): Promise<readonly Proposal[]> {
  const { maps } = await discover(platform, root);
  if (maps.length > 0) return [];
  const declarations = await declarationsIn(platform, root);
  const made = await Promise.all(declarations.map((one) => proposal(platform, root, one)));
  const found = made.filter((one) => one !== undefined).sort((a, b) => b.sharded - a.sharded);
  const advised = found.some(({ sharded }) => sharded > 0) ? undefined : await advisedProposal(platform, root);
  const offered = advised ? [advised] : found;
  const schemas = offered.map(({ schema }) => schema);
  const services = offered.length === 0 ? '' : await servicesIn(platform, root, schemas);
  return offered.map(({ label, detail, text, sharded }) => ({ label, detail, text: text + services, sharded }));
}

/** With what it was made from. */
interface Made extends Proposal {
  readonly schema: Schema;
}

/** Below this too little of the code would stay on one shard for a first map. */
const leastScore = 20;

/** A map made of the best key; undefined where none is good. */
async function advisedProposal(platform: Platform, root: string): Promise<Made | undefined> {
  const workspace = new Workspace(platform, root, { plan: true });
  await workspace.check();
  const survey = largest(workspace.surveys());
  const best = survey && adviseKeys(survey).designs[0];
  if (!survey?.planned || !best || best.score < leastScore) return undefined;
  const { family, fit, measure } = best;
  const parts = [
    plural(family.members.length, 'sharded table'),
    ...(family.references.length > 0 ? [plural(family.references.length, 'reference table')] : []),
    `${fit.stays} of ${measure.all.total} statements on one shard`,
  ];
  return {
    label: `Statements of this workspace, sharded by ${keyOf(family)}`,
    detail: parts.join(', '),
    text: mapText(best, survey.map, survey.imports ?? []),
    sharded: family.members.length,
    schema: survey.schema,
  };
}

/** The map's section of services, where each has a schema of its own; else nothing. */
async function servicesIn(platform: Platform, root: string, schemas: readonly Schema[]): Promise<string> {
  const paths = await platform.listFiles(root);
  const within = (path: string): string => relativeTo(root, path) ?? path;
  const tables = schemas.flatMap((schema) =>
    [...schema.tables.values()].map(({ name, at }) => ({ name, file: within(at.file) })),
  );
  return servicesText(declaredServices(tables, paths.map(within)), plain);
}

async function proposal(platform: Platform, root: string, declaration: Declaration): Promise<Made | undefined> {
  const importer = importers.find(({ id }) => id === declaration.importer);
  if (!importer || importer.evidence) return undefined;
  const { dialect, router } = importer.implies ?? { dialect: 'postgresql', router: 'generic' };
  const config = { version: 1, dialect, router, import: [{ [importer.id]: joined(root, declaration.pattern) }] };
  const { map, schema } = await loadInlineMap(platform, config, {
    root,
    readers: readersOf(platform),
  });
  const count = (kind: string) => map.tables.filter((table) => table.kind === kind).length;
  const sharded = count('sharded');
  const parts = [plural(sharded, 'sharded table'), plural(count('reference'), 'reference table')].filter(
    (part) => !part.startsWith('0 '),
  );
  const text = `version: 1
dialect: ${dialect}
router: ${router}
import:
  - ${importer.id}: ${declaration.pattern}
${sharded === 0 ? 'tables:\n  # Which column decides where a row lives?\n  # orders: { shardKey: tenant_id, shards: 32 }\n  {}\n' : ''}`.replace(
    /^#.*\n/,
    '',
  );
  return {
    label: `${declaration.title} in ${declaration.pattern}`,
    detail: parts.join(', ') || 'tables and columns, no shard keys yet',
    text,
    sharded,
    schema,
  };
}

const joined = (root: string, pattern: string): string =>
  pattern.startsWith('/') ? pattern : `${root.replace(/\/$/, '')}/${pattern}`;

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
