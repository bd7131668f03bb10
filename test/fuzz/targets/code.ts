import fs from 'node:fs';
import path from 'node:path';
import { localAnalysis } from '../../../server/src/engine/localAnalysis';
import { hostOf } from '../../../server/src/hosts';
import { memoryPlatform } from '../../../server/src/platform/memory';
import type { Platform } from '../../../server/src/platform/platform';
import { samples, textsIn } from '../corpus';
import { mutated } from '../mutate';
import { holds, type Target, within } from '../target';

/** Broken code gives what can be read of it. */
export const host: Target = {
  id: 'host:typescript',
  inputs: 60_000,
  prepare: async () => {
    const corpus = textsIn('ts', 'js', 'tsx');
    return {
      make: (random) => [random.pick(['a.ts', 'a.tsx', 'a.js', 'a.mts']), mutated(random, corpus)],
      async run([file = '', text = '']) {
        const read = (await hostOf(file)!.load(undefined as never)).read(file, text);
        for (const one of read.functions) holds(within(one.span, text.length), () => 'functions stand in the file');
      },
    };
  },
};

const assets = path.join('node_modules', 'libpg-query', 'wasm');
/** Parsers are loaded once a platform: all inputs share the one that this makes, and change its files. */
export function memoryWorkspace(): { readonly files: Map<string, string>; readonly platform: Platform } {
  const files = new Map<string, string>();
  const outside = {
    wasm: async (name: string) => new Uint8Array(fs.readFileSync(path.join(assets, name))),
    log: () => {},
  };
  return { files, platform: { ...memoryPlatform(files, outside), readNow: (file) => files.get(file) } };
}

const codeLanguages = ['ts', 'js', 'tsx', 'sql', 'prisma', 'json'];
const answerBlocks = /^(?:inventory|map|problems|schema|model)$/;

/** From code to findings: no rule and no module throws, and everything stands in its file. */
export const analysis: Target = {
  id: 'analysis',
  inputs: 25_000,
  prepare: async () => {
    const { files, platform } = memoryWorkspace();
    const fixtures = [...new Set(samples.map(({ fixture }) => fixture))]
      .filter((name) => /^(?:orms|rules)\//.test(name))
      .map((name) => samples.filter(({ fixture, language }) => fixture === name && !answerBlocks.test(language)))
      .filter((all) => all.some(({ language, file }) => language === 'yaml' && file === 'shards'));
    return {
      make: (random) => {
        const all = random.pick(fixtures);
        const maps = all.filter(({ language, file }) => language === 'yaml' && file === 'shards');
        const code = all.filter(({ language }) => codeLanguages.includes(language));
        const texts = [random.pick(maps).text];
        for (let count = 1 + random.int(3); count > 0 && code.length > 0; count--) {
          const { file, language, text } = random.pick(code);
          const same = code.filter((one) => one.language === language).map((one) => one.text);
          const name = file && /^[\w./-]+\.\w+$/.test(file) ? file : `a${count}.${language}`;
          texts.push(name, random.once(6) ? text : mutated(random, [text, ...same]));
        }
        return texts;
      },
      async run([map = '', ...rest]) {
        files.clear();
        files.set('/w/shardlint.yaml', map);
        for (let i = 0; i + 1 < rest.length; i += 2) files.set(`/w/${rest[i]}`, rest[i + 1] ?? '');
        const analysed = localAnalysis(platform, '/w');
        for (const file of await analysed.sources()) {
          const view = await analysed.file(file);
          if (!view) continue;
          for (const { rule, error } of view.faults) throw new Error(`${rule}: ${error}`);
          const { length } = view.text;
          for (const { rule, span } of view.findings) holds(within(span, length), () => `${rule} stands in its file`);
          for (const one of view.statements) holds(within(one.span, length), () => 'statements stand in their file');
        }
        await analysed.mapReports();
        await analysed.totals();
      },
    };
  },
};
