import { showAdvice } from '../advice';
import type { App } from '../commands';

/** Shows which tables could have a database of their own, and what each cut would break. */
export const proposeServices = (app: App): Promise<void> =>
  showAdvice(app, { kind: 'services' }, { title: 'Shardlint: looking for services', page: 'Services.md' });
