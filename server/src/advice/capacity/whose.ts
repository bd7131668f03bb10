/** Which pools the pods of a workload open: the package that it runs, as its name, image or command says. */
import type { CapacityFacts, Package, Pool, Workload } from './model';

export type Share =
  | {
      readonly kind: 'pools';
      readonly pools: readonly Pool[];
      /** What is taken for granted. */
      readonly assumed?: string;
      readonly package: Package | undefined;
    }
  | { readonly kind: 'none'; readonly why: string; readonly package?: Package | undefined };

/** Programs of others that open no connections of this workspace's pools. */
const others =
  /^(?:postgres(?:ql)?|postgis|timescaledb(?:-ha)?|mysql(?:-server)?|mariadb|percona|redis(?:-stack)?|valkey|keydb|dragonfly|memcached|nginx|traefik|envoy|haproxy|caddy|pgbouncer|pgcat|pgdog|odyssey|proxysql|rabbitmq|kafka|cp-kafka|zookeeper|cp-zookeeper|redpanda|nats|elasticsearch|opensearch|kibana|clickhouse(?:-server)?|mongo(?:db)?|minio|mailhog|mailpit|maildev|prometheus|grafana|loki|tempo|jaeger|all-in-one|otel-collector|opentelemetry-collector(?:-contrib)?|localstack|busybox|alpine|pgadmin4|adminer|phpmyadmin|zitadel|keycloak|vault|consul|etcd)$/i;

const databaseVariable =
  /^(?:.*_)?(?:DATABASE|POSTGRES(?:QL)?|PG|MYSQL|MARIADB|DB)(?:_.*)?_?(?:URL|URI|DSN|HOST|HOSTNAME|NAME|DATABASE|USER|CONNECTION|CONNECTION_STRING)$|^PG(?:HOST|DATABASE|USER|PORT)$|^DATABASE$|_DSN$|^SPRING_DATASOURCE/i;

export const namesDatabase = ({ env }: Workload): boolean => env.some(({ name }) => databaseVariable.test(name));

/** "ghcr.io/acme/api:1.2" → "api". */
export const imageName = (image: string): string => {
  const path = image.replace(/@.*$/, '').split('/').at(-1) ?? image;
  return path.replace(/:.*$/, '').replace(/^\$\{?(\w+).*$/, '$1');
};

export const isOthers = ({ images, name, kind }: Workload): boolean =>
  images.length > 0
    ? images.every((image) => others.test(imageName(image)))
    : kind !== 'Deployment' && others.test(name);

export function poolsOf(workload: Workload, facts: CapacityFacts): Share {
  const { pools, packages } = facts;
  if (isOthers(workload))
    return { kind: 'none', why: `runs ${workload.images.map(imageName).join(', ') || workload.name}` };
  const own = packageOf(workload, packages);
  if (own) {
    const reached = reachable(own, packages);
    const opened = pools.filter(({ package: folder }) => reached.has(folder));
    // The root of a monorepo is named by the product: which of its packages runs, that does not say.
    const whole = own.folder === '';
    if (whole && workload.env.length > 0 && !workload.moreEnv && !namesDatabase(workload))
      return { kind: 'none', why: 'none of its variables names a database', package: own };
    if (whole && opened.length === 0 && pools.length > 0) return taken(workload, facts);
    if (opened.length === 0)
      return { kind: 'none', why: `no pool is opened in ${folderName(own.folder)}`, package: own };
    return { kind: 'pools', pools: opened, package: own };
  }
  if (pools.length === 0) return { kind: 'none', why: 'no pool was found in the workspace' };
  if (workload.part || (!workload.moreEnv && !namesDatabase(workload)))
    return { kind: 'none', why: 'neither its name nor its environment says that it opens connections' };
  return taken(workload, facts);
}

/** The only package that opens pools, or the one that opens most. */
function taken(workload: Workload, { pools, packages }: CapacityFacts): Share {
  const folders = [...new Set(pools.map(({ package: folder }) => folder))];
  const [largest = ''] = [...folders].sort((a, b) => sizeIn(b, pools) - sizeIn(a, pools));
  const assumed =
    folders.length === 1
      ? `\`${workload.name}\` runs ${folderName(largest)}, the only package that opens pools`
      : `\`${workload.name}\` runs ${folderName(largest)}: nothing says which of ${folders.length} packages, and it opens most`;
  return {
    kind: 'pools',
    pools: pools.filter(({ package: folder }) => folder === largest),
    ...(!(folders.length === 1 && largest === '') && { assumed }),
    package: packages.find(({ folder }) => folder === largest),
  };
}

const folderName = (folder: string): string => (folder === '' ? 'the root package' : `\`${folder}\``);

const sizeIn = (folder: string, pools: readonly Pool[]): number =>
  pools.reduce((sum, pool) => sum + (pool.package === folder ? pool.max.value : 0), 0);

/** The package with the longest name that the workload names. */
function packageOf(workload: Workload, packages: readonly Package[]): Package | undefined {
  const names = [workload.name, ...workload.images.map(imageName)].map((name) => name.toLowerCase());
  const command = ` ${workload.command.join(' ')} `;
  let found: { readonly one: Package; readonly length: number } | undefined;
  for (const one of packages) {
    const root = one.folder === '';
    const base = one.folder.slice(one.folder.lastIndexOf('/') + 1).toLowerCase();
    const named = one.name?.slice(one.name.lastIndexOf('/') + 1).toLowerCase();
    const run = !root && runs(command, one);
    // The root package's name is that of the whole workspace: nothing less than that name means it.
    const called = root
      ? named !== undefined && names.includes(named)
      : [base, named].some(
          (part) =>
            part !== undefined &&
            names.some((name) => name === part || name.endsWith(`-${part}`) || name.startsWith(`${part}-`)),
        );
    const length = run ? 1000 : called ? Math.max(1, base.length) : 0;
    if (length > (found?.length ?? 0)) found = { one, length };
  }
  return found?.one;
}

/** `node apps/api/dist/main.js`, `pnpm --filter @shop/api start`. */
const runs = (command: string, { folder, name = folder }: Package): boolean =>
  new RegExp(`[\\s/"'=](?:${escaped(folder)}|${escaped(name)})[\\s/"']`).test(command);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Folders of the package and of all packages of the workspace that it depends on. */
export function reachable(own: Package, packages: readonly Package[]): ReadonlySet<string> {
  const seen = new Set<Package>([own]);
  for (const one of seen)
    for (const name of one.dependencies.keys()) {
      const next = packages.find((each) => each.name === name);
      if (next) seen.add(next);
    }
  return new Set([...seen].map(({ folder }) => folder));
}
