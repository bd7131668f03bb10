import { showAdvice } from '../advice';
import type { App } from '../commands';

/** From a code action: the table that it stands at, and the key to try. */
interface Asked {
  readonly uri: string;
  readonly table: string;
  readonly whatIf: string | null;
}

/** Shows the ranking of shard keys for the folder of the active file; or what was asked for at a table of a map. */
export const adviseShardKeys = (app: App, asked?: Asked): Promise<void> =>
  showAdvice(
    app,
    asked?.whatIf ? { kind: 'what-if', change: asked.whatIf } : { kind: 'keys', table: asked?.table ?? null },
    {
      title: 'Shardlint: trying shard keys',
      page: asked?.whatIf ? 'What if.md' : 'Shard keys.md',
      ...(asked && { uri: asked.uri }),
    },
  );
