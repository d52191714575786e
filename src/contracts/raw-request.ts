/** The activity `request`: any call of the API, for what has no activity of its own. */

/** Input of the activity `polytomic.request`, which a worker serves only where its owner allows the group `all`. */
export interface RequestInput {
  /** Name of the organization configured on the worker. Default `default`. */
  organization?: string;
  /** HTTP method; everything but `GET` counts as a change. */
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Begins with `/api/` and stays below it; percent-encoded where needed, without query. */
  path: string;
  /** Lists repeat their key, maps put theirs in brackets. */
  query?: Record<string, unknown>;
  /**
   * Sent as JSON; none with `GET`. A text under a name that tells of a secret (`password`, `api_key`, …) has to be a
   * reference, `{ $env: NAME }` or `{ $file: PATH }`.
   */
  body?: unknown;
  /** POST only: `[A-Za-z0-9_-]{8,255}`. Default: made from namespace, workflow, run and activity id, the same for each try. */
  idempotencyKey?: string;
}

/** Beside the activities of the operations. */
export interface RequestActivity {
  /**
   * Answers the whole JSON, envelope included, or null where there is none. Fields that are known or look to be secret, and
   * what signs a URL, are left out.
   */
  readonly request: (input: RequestInput) => Promise<unknown>;
}
