/** Pages of advice on a workspace that is open: from its own state where there is a map, else from a plan beside it. */

import { federate } from '../advice/federation/federation';
import { federationPage } from '../advice/federation/federationPage';
import { adviseKeys } from '../advice/keyAdvisor/keyAdvice';
import { keysPage } from '../advice/keyAdvisor/keysPage';
import { changesIn } from '../advice/keyAdvisor/whatIf';
import { whatIfPage } from '../advice/keyAdvisor/whatIfPage';
import type { Page } from '../advice/page';
import type { Platform } from '../platform/platform';
import type { Finding } from './finding';
import { checkWhatIf, largest } from './whatIf';
import { Workspace, type WorkspaceOptions } from './workspace';

export interface AdviceAsk {
  readonly about:
    | { readonly kind: 'keys'; readonly table: string | null }
    | { readonly kind: 'what-if'; readonly change: string }
    | { readonly kind: 'services' };
  readonly progress?: (done: number, of: number) => void;
  readonly cancelled?: () => boolean;
}

export type AdvicePage = { readonly page: Page } | { readonly why: string };

export async function advicePageOf(
  workspace: Workspace,
  options: WorkspaceOptions,
  { about, ...scan }: AdviceAsk,
): Promise<AdvicePage> {
  // What is open in an editor is asked about as it stands there.
  const { platform, root, files } = workspace;
  const reading: Platform = {
    ...platform,
    readFile: async (path) => files.buffer(path) ?? platform.readFile(path),
  };
  if (about.kind === 'what-if') {
    const changes = changesIn(about.change);
    if (!changes) return { why: 'A change is written as `orders=tenant_id`' };
    const found = await checkWhatIf(reading, root, changes, { ...options, ...scan });
    if ('why' in found) return { why: sentence(found.why) };
    const said = (all: readonly Finding[]) =>
      all.map(({ rule, message, file, span }) => ({ rule, message, at: { file, span } }));
    return { page: whatIfPage(found.answer, said(found.added), said(found.gone)) };
  }
  const own = workspace.loadedMaps.length > 0 ? workspace : new Workspace(reading, root, { ...options, plan: true });
  const checked = await own.check(scan);
  if (checked.cancelled) return { why: 'Cancelled' };
  const survey = largest(own.surveys());
  if (!survey) return { why: 'No statements were found here' };
  if (about.kind === 'services') return { page: federationPage(federate(survey)) };
  const advice = adviseKeys(survey, about.table ?? undefined);
  return about.table !== null && !advice.table
    ? { why: `No table ${about.table} is known here` }
    : { page: keysPage(advice) };
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
