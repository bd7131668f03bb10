/** What another library hands to a function of ours: `req` of `router.get('/', (req, res) => …)`. */
import type { Chain, Root } from '../../flow/flow';

/**
 * The step after which it begins, 0 where the root itself says what the chain is. Ask for packages that are none of the
 * module's own: a web server says as little of what it hands over as nothing does of a parameter.
 */
export const handedIn = ({ root, steps }: Chain): number =>
  root.kind === 'package' ? steps.findIndex(({ kind }) => kind === 'callback') + 1 : 0;

/** Nothing proves what it is, and nothing says that it is something else. */
export const isOpenRoot = (chain: Chain, ...kinds: readonly Root['kind'][]): boolean =>
  kinds.includes(chain.root.kind) || handedIn(chain) > 0;
