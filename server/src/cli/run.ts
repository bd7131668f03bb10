import { CommanderError } from 'commander';
import { oneLine, printableLines } from '../report/printable';
import { program } from './program';
import { type Shell, type Status, status, UsageError } from './shell';

/** Runs one command line; nothing is thrown. A running language server has no status. */
export async function run(argv: readonly string[], shell: Shell, lsp: () => void): Promise<Status> {
  let result: Status = status.clean;
  let plain = shell;
  const commands = program(shell.version, {
    run: async (command) => {
      result = await command(plain);
    },
    lsp,
  });
  for (const command of [commands, ...commands.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => shell.out(text),
      writeErr: (text) => shell.err(text),
      getOutHelpWidth: () => shell.width,
      getErrHelpWidth: () => shell.width,
    });
  }
  commands.hook('preAction', () => {
    const { color, cache } = commands.opts();
    if (color === false) plain = { ...plain, color: false };
    if (cache === false) {
      const { memory: _, ...without } = plain;
      plain = without;
    }
  });
  if (argv.length === 0) {
    shell.err(commands.helpInformation());
    return status.unusable;
  }
  try {
    await commands.parseAsync(argv, { from: 'user' });
    return result;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? status.clean : status.unusable;
    shell.progress('');
    if (error instanceof UsageError) shell.err(`shardlint: ${printableLines(error.message)}\n`);
    else
      shell.err(
        `shardlint: a bug, please report it: ${oneLine(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
      );
    return status.unusable;
  }
}
