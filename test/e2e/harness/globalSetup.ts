import { spawnSync } from 'node:child_process';
import { installHost } from '../host/install.mjs';
import { repository } from './paths';

/** Before the first test: the editor is there, and the VSIX is packed from the sources as they are. */
export default function setup(): void {
  installHost({ browser: true });
  packageExtension();
}

/** Packs `shardlint.vsix`. Throws with vsce's own words where that fails. */
export function packageExtension(): void {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'package'], {
    cwd: repository,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm run package failed:\n${stdout}${stderr}`);
}
