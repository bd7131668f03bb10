// What is downloaded and what is installed: the packages as they are released.
import fs from 'node:fs';
import path from 'node:path';
import { report, repository, run, workFolder } from './process.mjs';

const out = workFolder('sizes');
const made = run(process.execPath, [
  path.join(repository, 'server', 'scripts', 'package.mjs'),
  '--no-build',
  '--out',
  out,
]);
if (made.status !== 0) throw new Error(made.err);
const named = (ending) => path.join(out, fs.readdirSync(out).find((name) => name.endsWith(ending)) ?? ending);
run('tar', ['-xzf', named('.tgz'), '-C', out]);
const sizeOf = (folder) =>
  fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .reduce(
      (sum, one) => sum + (one.isFile() ? fs.statSync(path.join(one.parentPath ?? one.path, one.name)).size : 0),
      0,
    );
const { dependencies = {} } = JSON.parse(fs.readFileSync(path.join(out, 'package', 'package.json'), 'utf8'));
const megabytes = (bytes) => bytes / 1024 / 1024;
report([
  { name: 'VSIX', value: megabytes(fs.statSync(named('.vsix')).size), unit: 'MB', target: 4 },
  { name: 'npm package, installed', value: megabytes(sizeOf(path.join(out, 'package'))), unit: 'MB', target: 15 },
  { name: 'npm package, dependencies of its own', value: Object.keys(dependencies).length, unit: '', target: 0 },
]);
