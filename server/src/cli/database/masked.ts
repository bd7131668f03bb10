/** What a server or a driver says, without the credentials that it may repeat. */
import { oneLine } from '../../report/printable';
import type { DatabaseUrl } from './url';

const longest = 400;

/** On one line, cut, with user's password and URL put out of sight in every spelling that they could have. */
export function masked(said: string, { password, host, port }: DatabaseUrl): string {
  const secrets = [
    password,
    encodeURIComponent(password),
    encodeURI(password),
    Buffer.from(password).toString('base64'),
    JSON.stringify(password).slice(1, -1),
  ].filter((secret) => secret !== '');
  // A password of one or two letters is in every sentence: then nothing is repeated at all.
  if (password !== '' && password.length < 3 && said.includes(password)) return '(not shown: it repeats the password)';
  const without = [...new Set(secrets)]
    .sort((a, b) => b.length - a.length)
    .reduce((text, secret) => text.replaceAll(secret, '***'), said)
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'`]*/gi, '***')
    .replaceAll(`${host}:${port}`, '***');
  const line = oneLine(without).trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
