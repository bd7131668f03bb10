/** Writes an application of `count` files into `root`, the same for the same seed. */
export function generate(root: string, count: number, seed?: number): void;
