/** Text of the workspace inside Markdown: names are shown as they are, never as markup. */

const special = /[\\`*_{}[\]<>()#+\-.!|~&]/g;

/** Text without any markup of its own. */
export const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(special, '\\$&');

/** Messages of ours, in which names stand between backticks: those stay code, all else is text. */
export function prose(text: string): string {
  const parts = text.replace(/\s+/g, ' ').split('`');
  if (parts.length % 2 === 0) return plain(text);
  return parts.map((part, i) => (i % 2 === 0 ? part.replace(/[\\*_[\]<>#|~&]/g, '\\$&') : code(part))).join('');
}

export function code(text: string): string {
  if (text === '') return '';
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return fence + space + text.replace(/[\r\n]+/g, ' ') + space + fence;
}

export function block(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

export const link = (text: string, uri: string): string =>
  `[${plain(text)}](${uri
    .replace(/[()<>\s]/g, encodeURIComponent)
    .replace(/\(/g, '%28')
    .replace(/\)/g, '%29')})`;
