// `npm run demo`: builds, checks the three sample shops, and says where to look next.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const node = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 2;
const bold = (text) => (process.stdout.isTTY && !process.env.NO_COLOR ? `\x1b[1m${text}\x1b[22m` : text);

console.log('Building …');
if (node('server/scripts/build.mjs') !== 0) process.exit(2);

for (const shop of fs.readdirSync(path.join(root, 'samples')).sort()) {
  if (!fs.existsSync(path.join(root, 'samples', shop, 'shardlint.yaml'))) continue;
  console.log(`\n${bold(`── samples/${shop} ${'─'.repeat(Math.max(2, 90 - shop.length))}`)}\n`);
  // Status 1 means findings, and findings are what is to be seen.
  if (node('server/bin/shardlint.js', 'check', `samples/${shop}`) > 1) process.exit(2);
}

console.log(`
${bold('Where to look next')}
  samples/*/README.md                     what each shop shows, and what is healthy in it
  node server/bin/shardlint.js queries samples/vitess
                                          every statement, and where it runs
  node server/bin/shardlint.js explain samples/citus/src/orders/orders.ts:35
                                          one statement, and why
  npm run editor                          the same findings in a real VS Code, in your browser
`);
