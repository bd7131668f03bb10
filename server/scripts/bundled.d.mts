export interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly author: string;
  readonly text: string;
}
export function bundledPackages(root: string): Promise<readonly Bundled[]>;
export function thirdPartyPage(packages: readonly Bundled[]): string;
export const permissive: RegExp;
