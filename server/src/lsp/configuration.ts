/** The custom requests about maps: what governs a document, what a first map could be, what was not understood. */
import type {
  ConfigCandidates,
  ConfigCandidatesParams,
  EffectiveConfig,
  EffectiveConfigParams,
  UnreadStatement,
  UnreadStatements,
} from '../protocol';
import { unreadText } from './hover';
import type { Session } from './session';
import { pathOf, uriOf } from './uris';

const noMap: EffectiveConfig = {
  text: '# No shard map governs this: Shardlint does nothing here.\n# "Shardlint: Create Configuration" writes a first one.\n',
  map: null,
};

export async function effectiveConfig(session: Session, { uri }: EffectiveConfigParams): Promise<EffectiveConfig> {
  const path = uri === null ? undefined : pathOf(uri);
  const folder = path === undefined ? session.folders[0] : session.folderOf(path);
  const found = await folder?.analysis?.effectiveConfig(path);
  return found ? { text: found.text, map: uriOf(found.map) } : noMap;
}

export async function configCandidates(
  session: Session,
  { folder }: ConfigCandidatesParams,
): Promise<ConfigCandidates> {
  const path = pathOf(folder);
  const known = session.folders.find((one) => one.path === path);
  const root = known?.path ?? path;
  if (root === undefined) return { existing: null, candidates: [] };
  const analysis = known?.analysis ?? session.surroundings.analysis(root, {});
  const map = (await analysis.maps()).find(({ implicit }) => !implicit);
  if (map) return { existing: uriOf(map.file), candidates: [] };
  const uri = uriOf(`${root}/shardlint.yaml`);
  const candidates = (await analysis.proposals()).map(({ label, detail, text }) => ({ label, detail, text, uri }));
  return { existing: null, candidates: candidates.length > 0 ? candidates : [{ ...blank, uri }] };
}

/** For a workspace in which nothing is declared yet. */
const blank = {
  label: 'An empty shard map',
  detail: 'nothing in this folder declares shards',
  text: `version: 1
dialect: postgresql # or mysql, mariadb
router: generic # or vitess, citus
tables:
  # Which column decides where a row lives?
  # orders: { shardKey: tenant_id, shards: 32 }
  # countries: { kind: reference }
  {}
`,
};

const mostUnread = 500;

export async function unread(session: Session): Promise<UnreadStatements> {
  const all = await Promise.all(
    session.folders.map(async ({ analysis }) =>
      ((await analysis?.totals())?.unread ?? []).map((one) => ({ analysis, ...one })),
    ),
  );
  const found = all.flat();
  const statements: UnreadStatement[] = [];
  for (const { analysis, location, why } of found.slice(0, mostUnread)) {
    const text = await analysis?.text(location.file);
    if (text === undefined) continue;
    statements.push({
      uri: uriOf(location.file),
      range: session.places.range(text, location.span),
      text: text.slice(location.span.start, location.span.end).replace(/\s+/g, ' ').trim().slice(0, 120),
      why: unreadText(why as 'incomplete'),
    });
  }
  return { statements, total: found.length };
}
