/** Everything in a file that may send something: its calls and tagged templates, in order. */
import type { CallValue, HostFile, Template } from '../hosts/host';
import { contains, type Span } from '../text/span';
import { indexOf, type Linker, refIn, spineTop } from './linker';

/** A call or tagged template, with where it stands. */
export interface Site {
  readonly file: HostFile;
  readonly value: CallValue | Template;
  /** The function that it stands in. */
  readonly function: number;
  /** It is the end of its chain: no further member or call is made of it in this expression. */
  readonly last: boolean;
}

/** Inner receivers and arguments stand before what they belong to. `stretch`: of a part of the file alone. */
export const sitesOf = (linker: Linker, file: HostFile, stretch?: Span): readonly Site[] => {
  const index = indexOf(linker, file);
  const sites = stretch ? index.sites.filter(({ span }) => contains(stretch, span)) : index.sites;
  return sites.map((value) => ({
    file,
    value,
    function: index.place(value)?.function ?? 0,
    last: spineTop(linker, refIn(file, value)) === value,
  }));
};
