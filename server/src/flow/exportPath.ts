/** Which export of a package a chain begins with, however it was imported. */
import type { Chain, Step } from './flow';

export interface ExportPath {
  readonly module: string;
  /** `Pool` for `new Pool()`, `new pg.Pool()` and `require('pg').Pool`; `Prisma.sql`; `''` for the default export itself. */
  readonly path: string;
  /** What is done to it: begins with the call, tag, `new` or `instance` of that export. */
  readonly steps: readonly Step[];
}

/** Undefined where the chain begins in no package. */
export const exportPath = ({ root, steps }: Chain): ExportPath | undefined => {
  if (root.kind !== 'package') return undefined;
  const names = root.name === 'default' || root.name === '*' ? [] : [root.name];
  let at = 0;
  for (; at < steps.length; at++) {
    const step = steps[at];
    if (step?.kind === 'member') names.push(step.name);
    else {
      if ((step?.kind === 'call' || step?.kind === 'tag') && step.name !== '') names.push(step.name);
      break;
    }
  }
  return { module: root.module, path: names.filter((name) => name !== 'default').join('.'), steps: steps.slice(at) };
};
