/** All host languages. */
import type { Host } from './host';
import { hosts } from './list';

export { hosts };

const byExtension = new Map(hosts.flatMap((host) => host.extensions.map((extension) => [extension, host] as const)));

/** Undefined where nobody reads such files; `.d.ts` declares and sends nothing, but says types. */
export const hostOf = (path: string): Host | undefined =>
  byExtension.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
