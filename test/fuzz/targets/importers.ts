import { findDialect } from '../../../server/src/dialects';
import { importers } from '../../../server/src/shards/importers';
import { parserFor } from '../../harness/parsers';
import { samples } from '../corpus';
import { mutated } from '../mutate';
import { holds, type Target, within } from '../target';

const answers = new Set(['map', 'problems', 'schema', 'file', 'model', 'inventory']);

/** A declaration that is broken anyhow gives tables and problems that stand in it. */
export const imports: readonly Target[] = importers.map((importer) => {
  const named = samples.filter(
    ({ fixture, language, file }) =>
      fixture === `importers/${importer.id}.md` &&
      !answers.has(language) &&
      file !== undefined &&
      !/shardlint\./.test(file),
  );
  // One whose fixture shows no declaration of its own gets those of all others.
  const own =
    named.length > 0
      ? named
      : samples.filter(
          ({ fixture, language }) => fixture.startsWith('importers/') && /^(?:yaml|json|toml)$/.test(language),
        );
  return {
    id: `importer:${importer.id}`,
    inputs: 6_000,
    prepare: async () => ({
      make: (random) => {
        const { file = 'a.sql', text } = random.pick(own);
        const same = own.filter((one) => one.language === own.find((each) => each.text === text)?.language);
        return [file, mutated(random, [text, ...same.map((one) => one.text)])];
      },
      async run([path = '', text = '']) {
        const files = [{ path, text }];
        importer.accepts({ path, text });
        const wanted = typeof importer.parses === 'function' ? importer.parses(files, 'postgresql') : importer.parses;
        const dialect = wanted === undefined ? undefined : findDialect(wanted);
        const context = dialect ? { dialect: { dialect, parser: await parserFor(dialect.id) } } : {};
        const { problems, tables } = importer.import(files, context);
        for (const { at, message } of problems)
          holds(within(at.span, text.length), () => `problem "${message}" stands in its file`);
        for (const { at, name } of tables)
          if (at?.file === path)
            holds(within(at.span, text.length), () => `table ${name.join('.')} stands in its file`);
      },
    }),
  };
});
