/** The headers of an answer that matter to callers. */
import type { Exchanged } from './exchange';

/** What an HTTP answer says about itself. */
export interface AnswerMeta {
  /** HTTP status. */
  readonly status: number;
  /** The server's clock, as its `Date` header says it. */
  readonly date?: string;
  /** The API version that answered, if it says so. */
  readonly version?: string;
  /** The server's own id of the request. */
  readonly requestId?: string;
}

/** Reads them. */
export function metaOf({ status, header }: Exchanged): AnswerMeta {
  const find = (name: string): string | undefined => header(name) ?? undefined;
  return { status, date: find('date'), version: find('x-polytomic-version'), requestId: find('x-request-id') };
}
