/** Pages of advice: shard keys, what another key would change, services. */
import type { CancellationToken, CodeAction } from 'vscode-languageserver';
import { relativeTo } from '../platform/paths';
import type { Advice, AdviceParams } from '../protocol';
import { pageMarkdown } from '../report/page';
import { lineIndex, positionAt } from '../text/lineIndex';
import type { Session } from './session';
import { pathOf, uriOf } from './uris';

export const adviseCommand = 'shardlint.adviseShardKeys';

/** Progress is told at most so often. Milliseconds. */
const reportEvery = 100;

export async function advice(
  session: Session,
  { uri, about, workDoneToken }: AdviceParams,
  token: CancellationToken,
): Promise<Advice> {
  const path = uri === null ? undefined : pathOf(uri);
  const folder = (path === undefined ? undefined : session.folderOf(path)) ?? session.folders[0];
  const { analysis } = folder ?? {};
  if (!folder || !analysis) return { markdown: null, why: 'Open a folder first' };
  let told = 0;
  const found = await analysis.advise({
    about,
    cancelled: () => token.isCancellationRequested,
    progress: (done, of) => {
      if (workDoneToken === null || Date.now() - told < reportEvery) return;
      told = Date.now();
      const value = {
        kind: 'report',
        percentage: Math.floor((100 * done) / Math.max(1, of)),
        message: `${done} of ${of} files`,
      };
      void session.connection.sendNotification('$/progress', { token: workDoneToken, value });
    },
  });
  if ('why' in found) return { markdown: null, why: found.why };
  const files = new Set(
    found.page
      .flatMap((block) => (block.kind === 'list' ? block.items : []))
      .flatMap(({ places = [] }) => places.map(({ file }) => file)),
  );
  const lines = new Map(
    await Promise.all([...files].map(async (file) => [file, lineIndex((await analysis.text(file)) ?? '')] as const)),
  );
  const markdown = pageMarkdown(found.page, ({ file, span }) => {
    const index = lines.get(file);
    const line = index ? positionAt(index, span.start).line + 1 : 1;
    return { text: `${relativeTo(folder.path, file) ?? file}:${line}`, url: `${uriOf(file)}#L${line}` };
  });
  return { markdown, why: null };
}

/** At a table of a map: its keys, and what another one would change. For clients that can show a page. */
export async function keyActions(session: Session, uri: string, offset: number): Promise<readonly CodeAction[]> {
  const subject = session.client.pages ? session.subject(uri) : undefined;
  const found = await subject?.analysis.otherKeys(subject.path, offset);
  if (!found) return [];
  const action = (title: string, whatIf: string | null): CodeAction => ({
    title,
    kind: 'refactor',
    command: { title, command: adviseCommand, arguments: [{ uri, table: found.table, whatIf }] },
  });
  return [
    ...found.keys.map((key) => action(`What if ${found.table} were sharded by ${key}?`, `${found.table}=${key}`)),
    action(`Advise shard keys of ${found.table}`, null),
  ];
}
