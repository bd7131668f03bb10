import type { Analysis } from '../../../server/src/engine/analysis';
import { localAnalysis } from '../../../server/src/engine/localAnalysis';
import { Documents } from '../../../server/src/lsp/documents';
import { placesIn } from '../../../server/src/lsp/places';
import { samples } from '../corpus';
import { mutated } from '../mutate';
import { randomOf } from '../random';
import { holds, type Target } from '../target';
import { memoryWorkspace } from './code';

const units = ['utf-16', 'utf-8', 'utf-32'] as const;

/** A text as an editor holds it: lines of whole characters; a change is made by counting them. */
function replaced(text: string, from: Place, to: Place, by: string): string {
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  if (/[\r\n]$/.test(text) || text === '') lines.push('');
  const offset = ({ line, units: wanted, of }: Place): number => {
    if (line >= lines.length) return text.length;
    const before = lines.slice(0, line).join('').length;
    const body = (lines[line] ?? '').replace(/\r\n$|\n$|\r$/, '');
    if (of === 'utf-16') return before + Math.min(wanted, body.length);
    let [at, left] = [0, wanted];
    for (const char of body) {
      const size = of === 'utf-32' ? 1 : Buffer.byteLength(char);
      if (size > left) break;
      left -= size;
      at += char.length;
    }
    return before + at;
  };
  const start = offset(from);
  return text.slice(0, start) + by + text.slice(Math.max(start, offset(to)));
}

interface Place {
  readonly line: number;
  readonly units: number;
  readonly of: (typeof units)[number];
}

const names = ['shardlint.yaml', 'a.ts', 'b.ts', 'q.sql'];

/** Any sequence of edits: the server's text is the editor's, and its findings are those of a server that begins now. */
export const editor: Target = {
  id: 'editor',
  inputs: 15_000,
  prepare: async () => {
    const { files, platform } = memoryWorkspace();
    const fixtures = [...new Set(samples.map(({ fixture }) => fixture))]
      .map((name) => samples.filter(({ fixture }) => fixture === name))
      .filter((all) => all.some(({ file }) => file === 'shards'));
    const of = (all: typeof samples, ...languages: readonly string[]): readonly string[] => {
      const texts = all.filter(({ language }) => languages.includes(language)).map(({ text }) => text);
      return texts.length > 0 ? texts : [''];
    };
    return {
      make(random) {
        const all = random.pick(fixtures);
        const first = [of(all, 'yaml'), of(all, 'ts', 'js'), of(all, 'ts', 'js'), of(all, 'sql')].map((texts) =>
          random.pick(texts),
        );
        const edits = Array.from({ length: 1 + random.int(8) }, () => {
          const which = random.once(5) ? 0 : 1 + random.int(3);
          const whole = random.once(8);
          return JSON.stringify([
            which,
            whole,
            random.int(1e6),
            mutated(random, [first[which] ?? '']).slice(0, whole ? 6e4 : 40),
          ]);
        });
        return [String(random.int(3)), ...first, ...edits];
      },
      async run([unit = '0', ...input]) {
        const of = units[Number(unit) % 3]!;
        const places = placesIn(of);
        const documents = new Documents(() => places);
        files.clear();
        const texts = names.map((name, i) => {
          files.set(`/w/${name}`, input[i] ?? '');
          return input[i] ?? '';
        });
        const warm = localAnalysis(platform, '/w');
        for (const name of names) await warm.file(`/w/${name}`);
        for (const [i, name] of names.entries())
          documents.opened({ textDocument: { uri: `file:///w/${name}`, languageId: '', version: 1, text: texts[i]! } });
        for (const [version, edit] of input.slice(names.length).entries()) {
          const [which, whole, seed, by] = JSON.parse(edit) as [number, boolean, number, string];
          const random = randomOf(seed);
          const text = texts[which] ?? '';
          const from = { line: random.int(text.split('\n').length + 2), units: random.int(60), of };
          const to = random.once(2) ? from : { line: from.line + random.int(3), units: random.int(60), of };
          const ordered = to.line > from.line || to.units >= from.units ? to : from;
          texts[which] = whole ? by : replaced(text, from, ordered, by);
          const range = {
            start: { line: from.line, character: from.units },
            end: { line: ordered.line, character: ordered.units },
          };
          const document = documents.changed({
            textDocument: { uri: `file:///w/${names[which]}`, version: version + 2 },
            contentChanges: [whole ? { text: by } : { range, text: by }],
          });
          holds(document?.text === texts[which], () => `the text after edit ${version} is the editor's`);
          const file = `/w/${names[which]}`;
          warm.setBuffer(file, texts[which]);
          if (warm.isDeclaration(file)) await warm.apply([{ path: file, kind: 'changed' }]);
          if (random.once(2)) await warm.file(file);
        }
        const cold = localAnalysis(platform, '/w');
        for (const [i, name] of names.entries()) cold.setBuffer(`/w/${name}`, texts[i]);
        const [one, other] = [await answers(warm), await answers(cold)];
        holds(one === other, () => `findings are those of a cold run:\n${one}\n${other}`);
      },
    };
  },
};

async function answers(analysis: Analysis): Promise<string> {
  const files = [];
  for (const name of names) {
    const view = await analysis.file(`/w/${name}`);
    files.push(view && [name, view.findings, view.statements.map(({ sql, span, route }) => [sql, span, route])]);
  }
  return JSON.stringify([files, await analysis.maps(), await analysis.mapReports()]);
}
