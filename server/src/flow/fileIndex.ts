/** One walk over a file's values: scopes, bindings, mentions, branches, parents and sites. Depends on that file alone. */
import type { Statement, Value } from '../hosts/host';

/** What holds a value directly. Entries of objects and parts of templates count as their object or template. */
export type Parent = Value | Statement;
