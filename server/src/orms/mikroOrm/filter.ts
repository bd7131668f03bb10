/** Filters that an entity or the configuration adds to what is asked for. */
import type { Flow, Ref } from '../../flow/flow';
import { isLiteral, objectIn, optionIn, textIn } from '../build/options';

export interface Filter {
  readonly name: string;
  /** A condition, or a function that makes one. */
  readonly cond: Ref;
  readonly isDefault: boolean;
  /** Names of the entities that it is for; undefined for all. */
  readonly entities?: readonly string[];
}

export const filterIn = (flow: Flow, ref: Ref | undefined, name?: string): Filter | undefined => {
  const options = objectIn(flow, [ref]);
  const cond = optionIn(options, 'cond');
  if (cond === undefined) return undefined;
  const said = textIn(flow, optionIn(options, 'name')) ?? name;
  return { name: said ?? '', cond, isDefault: isLiteral(flow, optionIn(options, 'default'), true) };
};

/** `filters: { name: { cond, default } }`. */
export const filtersIn = (flow: Flow, ref: Ref | undefined): readonly Filter[] =>
  (objectIn(flow, [ref])?.entries ?? []).flatMap(({ key, value }) => filterIn(flow, value, key) ?? []);
