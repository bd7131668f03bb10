/** File URIs and the paths of the platform: forward slashes, Windows drives as `c:/`. Pure text. */

/** Undefined for what is no file: untitled documents, other revisions, remote schemes. */
export function pathOf(uri: string): string | undefined {
  const match = /^file:\/\/([^/?#]*)(\/[^?#]*)/i.exec(uri);
  if (!match) return undefined;
  const [, host = '', encoded = ''] = match;
  const path = decoded(encoded);
  if (path === undefined) return undefined;
  const drive = /^\/([a-z]):(.*)$/is.exec(path);
  if (drive) return trimmed(`${drive[1]?.toLowerCase()}:${drive[2]}`);
  return trimmed(host === '' || host === 'localhost' ? path : `//${host}${path}`);
}

export function uriOf(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  if (path.startsWith('//')) return `file:${encoded}`;
  return path.startsWith('/') ? `file://${encoded}` : `file:///${encoded}`;
}

/** The same file has one URI here, however the editor has written it. */
export const sameUri = (uri: string): string => {
  const path = pathOf(uri);
  return path === undefined ? uri : uriOf(path);
};

const trimmed = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, '') || '/' : path);

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
