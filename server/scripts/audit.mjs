// `npm run audit`: fails where a known weakness is in what we use; says so where the registry cannot be asked.
import { spawnSync } from 'node:child_process';

const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8', maxBuffer: 1 << 28 });
const said = JSON.parse(stdout || '{}');
const found = said.metadata?.vulnerabilities;
if (!found) console.log(`not audited: ${said.message ?? said.error?.summary ?? 'the registry gave no answer'}`);
else {
  console.log(`${found.total} known weaknesses`);
  for (const [name, { severity, via }] of Object.entries(said.vulnerabilities))
    console.log(`${name}: ${severity}: ${via.map((one) => one.title ?? one).join('; ')}`);
  process.exitCode = found.total > 0 ? 1 : 0;
}
