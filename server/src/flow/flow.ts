/** What a careful reader follows: values through constants, variables, branches, helpers and files. */
import type { HostFile, Value } from '../hosts/host';

export interface Flow {
  readonly file: HostFile;
  /** The value behind names, members, constants and helpers; itself where nothing more is known. */
  resolve(value: Value, at: number): Value;
}
