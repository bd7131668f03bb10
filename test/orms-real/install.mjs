// Installs the libraries that are held against our reading, without install scripts. Does nothing where the stamp of
// the lock file is found.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const stamp = path.join(here, 'node_modules', '.installed');
const lock = fs.readFileSync(path.join(here, 'package-lock.json'));
const digest = createHash('sha256').update(lock).digest('hex');

if (!fs.existsSync(stamp) || fs.readFileSync(stamp, 'utf8') !== digest) {
  console.log('Installing the libraries in two versions each (under a minute) …');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: here,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(1);
  fs.writeFileSync(stamp, digest);
}
