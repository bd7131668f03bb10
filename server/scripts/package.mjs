// `npm run package [-- --out FOLDER] [--no-build]`: the VSIX, the npm tarball and the list of what is in them (CycloneDX).
// The same sources give the same bytes: nothing of the day, the machine or the folder goes in.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledPackages, thirdPartyPage } from './bundled.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const flag = process.argv.indexOf('--out');
const out = flag > 0 ? path.resolve(process.argv[flag + 1] ?? '') : root;
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));

/** The first moment that a zip can tell. Seconds. */
const epoch = '315619200';
/** The extension runs the server, never the command line; the drivers are for `shardlint stats` and `verify` alone. */
const notInExtension = /^(?:dist\/(?:(?:cli|program)\.js|vendor\/(?:pg|mysql2)\.js)|server\/bin(?:\/|$))/;
const notInNpm = /^(?:dist\/(?:extension|browser|serverWeb|reportPanel)\.js|client(?:\/|$)|syntaxes(?:\/|$))/;

if (!process.argv.includes('--no-build')) run(process.execPath, [path.join(root, 'server/scripts/build.mjs')], root);
const packages = await bundledPackages(root);
const page = thirdPartyPage(packages);

fs.mkdirSync(out, { recursive: true });
const staged = fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-package-'));
try {
  const extension = stage('extension', notInExtension, ({ bin: _, ...rest }) => rest);
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--skip-license'];
  run(process.execPath, [vsce, 'package', ...flags, '--out', path.join(out, 'shardlint.vsix')], extension);

  const npm = stage(
    'npm',
    notInNpm,
    ({ main: _, browser: __, contributes: ___, activationEvents: ____, ...rest }) => rest,
  );
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', out], npm);
  fs.writeFileSync(path.join(out, `shardlint-${manifest.version}.cdx.json`), billOfMaterials());
} finally {
  fs.rmSync(staged, { recursive: true, force: true });
}

/** A folder of its own with what one package holds, and no scripts that would run while it is packed. */
function stage(name, without, change) {
  const folder = path.join(staged, name);
  for (const entry of manifest.files) {
    for (const file of matching(entry)) {
      if (without.test(file) || file.endsWith('.map')) continue;
      const to = path.join(folder, file);
      fs.mkdirSync(path.dirname(to), { recursive: true });
      fs.copyFileSync(path.join(root, file), to);
      fs.chmodSync(to, file.startsWith('server/bin/') ? 0o755 : 0o644);
    }
  }
  const files = [...new Set([...manifest.files, 'THIRD_PARTY.md'])].filter((entry) => !without.test(entry));
  const { scripts: _, devDependencies: __, ...rest } = change(manifest);
  fs.writeFileSync(path.join(folder, 'THIRD_PARTY.md'), page, { mode: 0o644 });
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify({ ...rest, files }, null, 2)}\n`);
  return folder;
}

/** Files of an entry of `files`: a file, a folder, or `folder/*.ending`. */
function matching(entry) {
  const [folder, ending] = entry.split('/*');
  const start = path.join(root, folder);
  if (!fs.existsSync(start)) return [];
  if (fs.statSync(start).isFile()) return [entry];
  return fs
    .readdirSync(start, { recursive: ending === undefined, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((file) => fs.statSync(path.join(root, file)).isFile() && (ending === undefined || file.endsWith(ending)))
    .sort();
}

/** npm's own list of the lock file, of which what is bundled is kept. */
function billOfMaterials() {
  const all = JSON.parse(run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], root));
  const ours = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const components = all.components.filter(({ name, group, version }) =>
    ours.has(`${group ? `${group}/` : ''}${name}@${version}`),
  );
  const found = new Set(components.map(({ name, group, version }) => `${group ? `${group}/` : ''}${name}@${version}`));
  const missing = [...ours].filter((one) => !found.has(one));
  if (missing.length > 0) fail(`not in the lock file: ${missing.join(', ')}`);
  const reference = `shardlint@${manifest.version}`;
  return `${JSON.stringify(
    {
      $schema: all.$schema,
      bomFormat: all.bomFormat,
      specVersion: all.specVersion,
      version: 1,
      metadata: {
        component: {
          'bom-ref': reference,
          type: 'application',
          name: manifest.name,
          version: manifest.version,
          description: manifest.description,
          purl: `pkg:npm/${manifest.name}@${manifest.version}`,
          licenses: [{ license: { id: manifest.license } }],
        },
      },
      // Bundled: needed by no one but us, at no other version.
      components: components.map((one) => ({ ...one, scope: 'required', properties: undefined })),
      dependencies: [{ ref: reference, dependsOn: components.map((one) => one['bom-ref']) }],
    },
    null,
    2,
  )}\n`;
}

function run(command, args, cwd) {
  const env = { ...process.env, SOURCE_DATE_EPOCH: epoch, npm_config_update_notifier: 'false' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) fail(`${path.basename(command)} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
