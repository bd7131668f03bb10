/** What was recorded of one library in one version, as `run.ts` prints it. */

/** One statement as it came over the wire. */
export interface Sent {
  readonly sql: string;
  /** Who was asked, by the name that the server was opened with. */
  readonly server: string;
  /** Shared by what stands between one BEGIN and its COMMIT on one connection. */
  readonly transaction: number | null;
}

/** One call of an exported function. */
export interface Run {
  readonly sent: readonly Sent[];
  readonly error?: string;
}

export interface Recorded {
  readonly shape: string;
  readonly runs: readonly Run[];
}
