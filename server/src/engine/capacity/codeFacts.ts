/** What the code of a workspace opens and takes: pools, consumers of queues, processes that it forks. */
import type { ConsumerCode, Package, Pool } from '../../advice/capacity/model';
import { flowOf } from '../../flow/createFlow';
import { sitesOf } from '../../flow/sites';
import { relativeTo } from '../../platform/paths';
import { fileKind } from '../fileKind';
import type { Files } from '../files';
import { consumerIn, consumerMarker } from './consumers';
import { placeOfText } from './packages';
import { sourceOf } from './placed';
import { poolMarker } from './poolLibraries';
import { type FoundPool, poolAt } from './pools';

export interface CodeFacts {
  readonly pools: readonly (FoundPool & { readonly package: string })[];
  readonly consumers: readonly ConsumerCode[];
  readonly forks: readonly { readonly package: string; readonly at: Pool['at']; readonly text: string }[];
}

/** Programs that run once, beside those that serve. */
const once = /(?:^|[/._-])(?:migrat(?:e|or|ion)|seed(?:er)?)\.[cm]?[jt]s$/i;

/** Files of tests and one-off scripts open pools too, but not in production's processes. */
export async function codeFacts(
  files: Files,
  root: string,
  paths: readonly string[],
  packageFor: (file: string) => Package | undefined,
  progress?: (done: number, of: number) => void,
): Promise<CodeFacts> {
  const pools: CodeFacts['pools'][number][] = [];
  const consumers: ConsumerCode[] = [];
  const forks: CodeFacts['forks'][number][] = [];
  for (const [done, path] of paths.entries()) {
    if (done % 50 === 0) progress?.(done, paths.length);
    const file = relativeTo(root, path) ?? path;
    if (!/\.[cm]?[jt]sx?$/.test(path) || path.endsWith('.d.ts') || fileKind(file) !== 'source' || once.test(file))
      continue;
    const text = await files.text(path);
    if (text === undefined) continue;
    const folder = packageFor(file)?.folder ?? '';
    const fork = /\bcluster\.fork\(/.exec(text);
    if (fork) forks.push({ package: folder, at: placeOfText(file, text, fork.index), text: '`cluster.fork`' });
    if (!poolMarker.test(text) && !consumerMarker.test(text)) continue;
    const host = await files.host(path);
    if (!host) continue;
    const source = sourceOf(file, text);
    for (let round = 0; ; round++) {
      const { linker } = files.linker();
      const flow = flowOf(linker, host);
      const here: FoundPool[] = [];
      const taking: ConsumerCode[] = [];
      for (const { value } of sitesOf(linker, host)) {
        if (value.kind !== 'call') continue;
        const chain = flow.call(value);
        const pool = poolAt(source, flow, chain);
        if (pool) here.push(pool);
        const consumer = consumerIn(chain);
        if (consumer) taking.push({ ...consumer, package: folder, at: source.place(value.span.start) });
      }
      // Names that lead into files that were not read yet are asked for again.
      if (round < 3 && (await files.loadMissing())) continue;
      pools.push(...onceEach(here).map((pool) => ({ ...pool, package: folder })));
      consumers.push(...taking.slice(0, 1));
      break;
    }
  }
  return { pools, consumers, forks };
}

/** Branches of one file make what is kept in the same variable, and a process goes through one of them. */
function onceEach(pools: readonly FoundPool[]): readonly FoundPool[] {
  const kept = new Map<string, FoundPool>();
  for (const pool of pools) {
    const key =
      pool.library === 'Prisma' ? 'Prisma' : pool.name === '' ? `${pool.at.line}` : `${pool.library} ${pool.name}`;
    const known = kept.get(key);
    if (!known || (pool.max?.value ?? 0) > (known.max?.value ?? 0)) kept.set(key, pool);
  }
  return [...kept.values()];
}
