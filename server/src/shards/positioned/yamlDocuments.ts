/** A file of several YAML documents, each read for itself. */
import type { Positioned } from './node';
import { readYaml } from './yaml';

const mostDocuments = 50;

export function readYamlDocuments(file: string, text: string): readonly Positioned[] {
  const cuts = [...text.matchAll(/^---[ \t]*(?:#.*)?$/gm)];
  const starts = [0, ...cuts.map((cut) => cut.index + cut[0].length)];
  const found: Positioned[] = [];
  for (const [i, start] of starts.slice(0, mostDocuments).entries()) {
    const body = text.slice(start, cuts[i]?.index);
    // Empty lines in place of what stands before: every position is that of the file.
    if (body.trim() !== '') found.push(readYaml(file, '\n'.repeat(start) + body));
  }
  return found;
}
