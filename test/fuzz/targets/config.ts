import { findDialect } from '../../../server/src/dialects';
import { memoryPlatform } from '../../../server/src/platform/memory';
import { loadShardMap } from '../../../server/src/shards/load';
import { tableIndex } from '../../../server/src/shards/resolve';
import { parserFor } from '../../harness/parsers';
import { samples } from '../corpus';
import { mutated } from '../mutate';
import { holds, type Target, within } from '../target';

const isMap = (language: string, file: string | undefined): boolean =>
  language === 'yaml' && (file === 'shards' || /shardlint\.ya?ml$/.test(file ?? ''));

/** A map that is broken anyhow is a map with problems at places in it. */
export const config: Target = {
  id: 'config',
  inputs: 60_000,
  prepare: async () => {
    const yaml = samples.filter(({ language, file }) => isMap(language, file)).map(({ text }) => text);
    const { parse } = await import('yaml');
    const json = yaml.flatMap((text) => {
      try {
        return [JSON.stringify(parse(text), null, 1)];
      } catch {
        return [];
      }
    });
    const parserOf = async (name: string) => {
      const dialect = findDialect(name);
      return dialect && { dialect, parser: await parserFor(name) };
    };
    return {
      make: (random) => (random.once(4) ? ['json', mutated(random, json)] : ['yaml', mutated(random, yaml)]),
      async run([ending = 'yaml', text = '']) {
        const file = `/w/shardlint.${ending}`;
        const platform = memoryPlatform(new Map([[file, text]]));
        const loaded = await loadShardMap(platform, file, { root: '/w', readers: { parserFor: parserOf } });
        for (const { at, message } of loaded.problems)
          holds(at.file !== file || within(at.span, text.length), () => `problem "${message}" stands in the map`);
        for (const one of [loaded, loaded.forFile('/w/src/a.ts'), ...loaded.overrides]) {
          tableIndex(one.map, one.schema).find(['orders']);
        }
        for (const read of loaded.readFiles)
          holds(read.startsWith('/w/') || read === '/w', () => `${read} is read, outside of the workspace`);
      },
    };
  },
};
