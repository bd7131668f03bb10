/** Reads what a workspace says about connections. Broken files are said, and never stop the rest. */
import {
  type Bouncer,
  type CapacityFacts,
  type EnvironmentValue,
  noFacts,
  type Package,
  type Pool,
  type ServerLimit,
  type Workload,
} from '../../advice/capacity/model';
import { isWithin, relativeTo } from '../../platform/paths';
import type { Platform } from '../../platform/platform';
import { type Node, textOf } from '../../shards/positioned/node';
import { readYaml } from '../../shards/positioned/yaml';
import { readYamlDocuments } from '../../shards/positioned/yamlDocuments';
import { Files } from '../files';
import { codeFacts } from './codeFacts';
import { chartWorkloads, composeServices } from './composeAndHelm';
import { railsPool, springPool } from './configuredPools';
import { finishedPools, type PrismaSchema, prismaSchema } from './finishedPools';
import { joined, type Manifests, readObject } from './kubernetes';
import {
  bouncerIni,
  bouncerVariables,
  commandLimit,
  pooler,
  serverLimit,
  settingsIn,
  terraformLimits,
  treeLimits,
} from './limits';
import { dotenv, innermost, readPackage } from './packages';
import { at, knownAt, type Source, sourceOf } from './placed';

/** Beyond these a file is data, not settings. */
const most = { bytes: 1_000_000, files: 4_000 } as const;

const globs = [
  '**/*.{yaml,yml}',
  '**/*.{tf,ini}',
  '**/{postgresql,my}*.{conf,cnf}',
  '**/.env*',
  '**/package.json',
  '**/*.prisma',
] as const;

export async function readCapacity(
  platform: Platform,
  root: string,
  paths: readonly string[] = [],
  progress?: (done: number, of: number) => void,
): Promise<CapacityFacts> {
  const files = new Files(platform, root);
  const wanted = (path: string): boolean => paths.length === 0 || paths.some((one) => isWithin(one, path));
  const code = (await files.list()).filter(wanted);
  const listed = (await platform.listFiles(root, { include: globs })).filter(
    (path) => path.endsWith('/package.json') || wanted(path),
  );
  const draft = new Draft();
  if (listed.length > most.files)
    draft.unread.push({ file: '', why: `of ${listed.length} files of settings the first ${most.files} are read` });
  for (const path of listed.slice(0, most.files)) {
    const text = await platform.readFile(path);
    const file = relativeTo(root, path) ?? path;
    if (text === undefined) continue;
    if (text.length > most.bytes && /(?:^|[.-])lock\./.test(path)) continue;
    if (text.length > most.bytes) draft.unread.push({ file, why: 'too large for a file of settings' });
    else readSettings(draft, sourceOf(file, text));
  }
  const packageFor = (file: string): Package | undefined => innermost(draft.packages, file);
  const found = await codeFacts(files, root, code, packageFor, progress);
  return {
    ...noFacts,
    // Compose files describe a machine for development where manifests say what runs.
    workloads: draft.workloads.length > 0 ? draft.workloads : draft.services,
    autoscalers: draft.manifests.autoscalers,
    packages: draft.packages,
    pools: [...draft.pools, ...finishedPools(found.pools, draft)],
    limits: draft.limits,
    bouncers: draft.bouncers,
    consumers: found.consumers,
    quotas: draft.quotas,
    forks: found.forks,
    unread: draft.unread,
  };
}

/** What files have said so far. */
export class Draft {
  manifests: Manifests = { workloads: [], autoscalers: [] };
  readonly charts: Workload[] = [];
  readonly services: Workload[] = [];
  readonly packages: Package[] = [];
  readonly pools: Pool[] = [];
  readonly limits: ServerLimit[] = [];
  readonly bouncers: Bouncer[] = [];
  readonly variables: EnvironmentValue[] = [];
  readonly quotas: CapacityFacts['quotas'][number][] = [];
  readonly prisma: PrismaSchema[] = [];
  readonly unread: { readonly file: string; readonly why: string }[] = [];

  get workloads(): readonly Workload[] {
    return [...this.manifests.workloads, ...this.charts];
  }
}

function readSettings(draft: Draft, source: Source): void {
  const { file, text } = source;
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (name === 'package.json') draft.packages.push(readPackage(file, text));
  else if (name.startsWith('.env')) draft.variables.push(...dotenv(file, text));
  else if (name.endsWith('.prisma')) draft.prisma.push(prismaSchema(source));
  else if (name.endsWith('.tf')) draft.limits.push(...terraformLimits(source));
  else if (name.endsWith('.ini')) push(draft.bouncers, bouncerIni(source, text, 0));
  else if (/\.(?:conf|cnf)$/.test(name))
    push(draft.limits, serverLimit(settingsIn(source, text), name.startsWith('my') ? 'mysql' : 'postgresql'));
  else readTree(draft, source, name);
}

function push<T>(list: T[], one: T | undefined): void {
  if (one !== undefined) list.push(one);
}

function readTree(draft: Draft, source: Source, name: string): void {
  const { file, text } = source;
  const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
  const manifest = /^\s*kind:\s*\S/m.test(text) && /^\s*apiVersion:\s*\S/m.test(text);
  if (/\{\{[^}]*\}\}/.test(text) && (manifest || /(^|\/)templates\//.test(file))) {
    if (/kind:\s*(?:Deployment|StatefulSet|HorizontalPodAutoscaler|ScaledObject)/.test(text))
      draft.unread.push({ file, why: 'a template: what it makes is known only once it is rendered' });
    return;
  }
  const values = /^values[\w.-]*\.ya?ml$/.test(name);
  const compose = /^(?:docker-)?compose[\w.-]*\.ya?ml$/.test(name);
  const spring = /^(?:application|bootstrap)[\w.-]*\.ya?ml$/.test(name);
  const rails = name === 'database.yml';
  if (!(manifest || values || compose || spring || rails || text.includes('max_connections'))) return;
  const documents = manifest || spring ? readYamlDocuments(file, text) : [readYaml(file, text)];
  for (const { node, problems } of documents) {
    const [broken] = problems;
    if (broken)
      draft.unread.push({
        file,
        why: `not read as YAML in line ${source.place(broken.at.span.start).line}: the rest counts`,
      });
    if (manifest) readManifest(draft, source, node);
    if (values) draft.charts.push(...chartWorkloads(source, node, folder.slice(folder.lastIndexOf('/') + 1)));
    if (compose) draft.services.push(...composeServices(source, node));
    if (spring) push(draft.pools, springPool(source, node, folder.replace(/(?:^|\/)src\/main\/resources$/, '')));
    if (rails) push(draft.pools, railsPool(source, node, folder.replace(/(?:^|\/)config$/, '')));
    draft.limits.push(...treeLimits(source, node));
  }
  if (compose)
    for (const one of draft.services.filter(({ at: place }) => place.file === file))
      readInfrastructure(draft, source, one);
}

function readManifest(draft: Draft, source: Source, object: Node): void {
  const read = readObject(source, object);
  draft.manifests = joined([draft.manifests, read]);
  for (const one of read.workloads) readInfrastructure(draft, source, one);
  const kind = textOf(at(object, 'kind'));
  if (kind === 'Pooler') push(draft.bouncers, pooler(source, object));
  if (kind === 'ResourceQuota') {
    const pods = knownAt(source, at(object, 'spec', 'hard', 'pods'), '`pods`');
    if (pods) draft.quotas.push({ name: textOf(at(object, 'metadata', 'name')) ?? '', pods });
  }
  if (kind !== 'ConfigMap') return;
  const data = at(object, 'data');
  for (const entry of data?.kind === 'map' ? data.entries : []) {
    const text = textOf(entry.value) ?? '';
    push(draft.bouncers, bouncerIni(source, text, entry.value.at.span.start));
  }
}

/** Images whose settings come as variables and commands. */
function readInfrastructure(draft: Draft, source: Source, workload: Workload): void {
  const { name, images, env, command, replicas } = workload;
  if (images.some((image) => /pgbouncer/i.test(image))) {
    const settings = bouncerVariables(source, env);
    draft.bouncers.push({ at: workload.at, workload: name, ...settings, ...(replicas && { instances: replicas }) });
  }
  const mysql = images.some((image) => /mysql|mariadb|percona/i.test(image));
  if (!mysql && !images.some((image) => /postgres|timescale|postgis/i.test(image))) return;
  const offset = Math.max(0, source.text.search(/max[_-]connections/));
  push(draft.limits, commandLimit(source, command.join(' '), offset, mysql ? 'mysql' : 'postgresql'));
}
