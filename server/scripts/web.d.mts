import type { BuildOptions } from 'esbuild';

export function webBuilds(root: string, common: BuildOptions): readonly BuildOptions[];
