/** Walks a list page by page, knowing how servers can mislead about its end. */
import type { Page } from './answers';
import type { CallOptions } from './call';
import type { Method } from './client';

/** One page of a walk. Rows seen on earlier pages are left out. */
export interface WalkedPage<T> {
  readonly items: T[];
  /**
   * On the last page: whether the whole list was proved to be read. False where a full page came without a token from a
   * list whose tokens are promised in prose only, and where the server repeated itself.
   */
  readonly complete: boolean;
}

/** Longest page of the lists that promise tokens in prose only; a shorter page is the last. */
const longestProsePage = 50;

/** Ends a walk whose server keeps inventing tokens. */
const longestWalk = 10_000;

/**
 * Yields the pages of a list operation (`client.bulkSync.list`). Rows are kept apart by `id`, because lists ordered by
 * their last change can show a row twice while one walks. A row that changes meanwhile can also be missed.
 *
 * @throws PolytomicError, or the reason of an aborted signal.
 */
export async function* pages<I extends object, T extends { id?: string | null }>(
  list: Method<I, Page<T>>,
  input: I,
  options?: CallOptions,
): AsyncGenerator<WalkedPage<T>, void, undefined> {
  const seen = new Set<string>();
  const tokens = new Set<string>();
  const { limit } = input as { limit?: number };
  const fullPage = Math.min(limit || longestProsePage, longestProsePage);
  let token: string | undefined;
  for (;;) {
    const page = await list(token === undefined ? input : { ...input, page_token: token }, options);
    const items = page.items.filter(({ id }) => !id || !seen.has(id));
    items.forEach(({ id }) => id && seen.add(id));
    token = page.nextPageToken;
    const nothingNew = page.items.length > 0 && items.length === 0;
    const cut = list.paging === 'prose' && page.items.length >= fullPage;
    yield { items, complete: token === undefined && !cut };
    if (token === undefined || list.paging === 'none') return;
    if (tokens.has(token) || nothingNew || tokens.size >= longestWalk) return;
    tokens.add(token);
  }
}
