/** Paths with forward slashes, as the platform hands them out. */

export const dirname = (path: string): string => {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
};

/** Resolves `.` and `..`; a leading `/` or scheme is kept. */
export const join = (base: string, relative: string): string => {
  const whole = relative.startsWith('/') ? relative : `${base}/${relative}`;
  const rooted = (relative.startsWith('/') ? relative : base).startsWith('/');
  const parts: string[] = [];
  for (const [i, part] of whole.split('/').entries()) {
    // `file:///a`: the empty parts of a scheme stay.
    if (part === '.' || (part === '' && !(i < 3 && parts[0]?.endsWith(':')))) continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return `${rooted ? '/' : ''}${parts.join('/')}`;
};
