/** A quick slice of `npm run fuzz`: other inputs in every version of Shardlint, the same ones in every run. */
import { expect, test } from 'vitest';
import { version } from '../../package.json';
import { type Failure, runTarget } from './runTarget';
import { targets } from './targets';

const share = 2_000;
const fewest = 20;
const seed = [...version].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7) % 1_000_000;

test.each(targets.map((target) => [target.id, target] as const))('%s', { timeout: 60_000 }, async (_, target) => {
  const failures: Failure[] = [];
  const to = Math.max(fewest, Math.round(target.inputs / share));
  await runTarget(target, { to, seed, watch: { failed: (failure) => failures.push(failure) } });
  expect(failures).toEqual([]);
});
