/** How an ad-hoc query goes. */

/** One kind of query; what it leaves out is as usual. */
export interface QueryScript {
  /** Fits queries whose text has this in it, letters of either case. Default: every query. */
  readonly contains?: string;
  /** How it ends. `running` never ends. Default `done`. */
  readonly status?: 'done' | 'failed' | 'unknown' | 'running';
  /** Milliseconds until it ends. Default: the emulator's `jobMs`. */
  readonly durationMs?: number;
  /** What a `done` query found. Default: the rows of the schema that the query names, else one row. */
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
  /** Rows of a page. Default 100. */
  readonly pageRows?: number;
  /** Why it `failed`. */
  readonly error?: string;
  /** Milliseconds that results are kept once it is done. Default an hour. */
  readonly expiresMs?: number;
}
