import fs from 'node:fs';
import path from 'node:path';
import { oneLine, printableLines } from '../report/printable';
import { type Shell, type Status, status, UsageError } from './shell';
import { writeFile } from './writeFile';

export interface InitOptions {
  /** 1-based number of the proposal to take. */
  readonly pick?: number;
  readonly print?: boolean;
}

const mapName = 'shardlint.yaml';

/** Writes a first shard map from what the workspace already declares; never over another one. */
export async function init(shell: Shell, { pick, print }: InitOptions): Promise<Status> {
  const file = path.posix.join(shell.cwd, mapName);
  const taken = [mapName, 'shardlint.yml', 'shardlint.json'].find((name) => fs.existsSync(path.join(shell.cwd, name)));
  if (taken && !print) throw new UsageError(`${taken} exists already`);
  const engine = await shell.engine();
  const proposals = await engine.proposals(shell.platform, shell.cwd);
  if (proposals.length === 0) {
    throw new UsageError(
      'nothing here declares shards: no VSchema, no create_distributed_table, and no column that many statements bind; ' +
        '`shardlint keys` ranks what could be the key, and a map of your own begins with `tables:`',
    );
  }
  const list = proposals.map(({ label, detail }, i) => `  ${i + 1}  ${oneLine(label)}: ${oneLine(detail)}`).join('\n');
  if (pick === undefined && proposals.length > 1) {
    throw new UsageError(`several declarations are found here; take one with --pick N:\n${list}`);
  }
  const chosen = proposals[(pick ?? 1) - 1];
  if (!chosen) throw new UsageError(`there is no number ${pick}:\n${list}`);
  if (print) shell.out(shell.terminal ? printableLines(chosen.text) : chosen.text);
  else {
    writeFile(file, chosen.text);
    const next = chosen.sharded > 0 ? 'check' : 'keys';
    shell.out(`${mapName} written from ${oneLine(chosen.label)}: ${oneLine(chosen.detail)}\nNext: shardlint ${next}\n`);
  }
  return status.clean;
}
