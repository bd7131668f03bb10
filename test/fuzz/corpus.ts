/** What mutations begin with: the code blocks of all fixtures, by language and by fixture. */
import fs from 'node:fs';

export interface Sample {
  readonly fixture: string;
  readonly language: string;
  /** The file that the block stands for, where it names one. */
  readonly file: string | undefined;
  readonly text: string;
}

const folders = ['dialects', 'importers', 'orms', 'routers', 'rules'];

export const samples: readonly Sample[] = folders.flatMap((folder) =>
  fs
    .readdirSync(`test/${folder}`)
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) =>
      [
        ...fs.readFileSync(`test/${folder}/${name}`, 'utf8').matchAll(/^```(\w+)(?:[ \t]+(\S+))?.*\n([\s\S]*?)^```$/gm),
      ].map(([, language = '', file, text = '']): Sample => ({ fixture: `${folder}/${name}`, language, file, text })),
    ),
);

export const textsIn = (...languages: readonly string[]): readonly string[] =>
  samples.filter(({ language }) => languages.includes(language)).map(({ text }) => text);

/** Single statements too: most faults lie within one. */
export const sqlTexts: readonly string[] = textsIn('sql').flatMap((text) => [
  text,
  ...text.split(/;\s*\n/).filter((one) => one.trim() !== ''),
]);
