/** Files of the installed host. */
export const host: { readonly node: string; readonly entry: string };
/** The path of a Chromium or Chrome, undefined where there is none. */
export function findBrowser(): string | undefined;
/** Installs what is missing; throws an Error of one line that says what it could not install. */
export function installHost(options?: { readonly browser?: boolean }): void;
