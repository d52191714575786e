/** Walks a list page by page, knowing how servers can mislead about its end. */
import type { Page } from './answers';
import type { CallOptions } from './call';
import type { Method } from './client';
import { isPolytomicError } from './errors';

/** One page of a walk. Rows seen before are left out. */
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

/** Length of a page that nobody asked a length of, by the documentation of most lists. */
const usualPage = 50;

/** Ends a walk whose server keeps inventing tokens. */
const longestWalk = 10_000;

/**
 * The pages of a list operation (`client.bulkSync.list`). Rows are kept apart by `id`, because lists ordered by their last
 * change can show a row twice while one walks. A row that changes meanwhile can also be missed. Unlike a generator, the walk
 * survives an error: the next call of `next` asks for the same page again. A page that is too large to be taken is asked for
 * in smaller parts, where the list lets callers say how long a page is.
 *
 * @throws PolytomicError, or the reason of an aborted signal.
 */
export function pages<I extends object, T extends { id?: string | null }>(
  list: Method<I, Page<T>>,
  input: I,
  options?: CallOptions,
): AsyncIterableIterator<WalkedPage<T>, undefined> {
  const seen = new Set<string>();
  const tokens = new Set<string>();
  let { limit } = input as { limit?: number };
  let token: string | undefined;
  let isOver = false;
  const readPage = async (): Promise<Page<T>> => {
    for (;;) {
      const ask = {
        ...input,
        ...(limit !== undefined && { limit }),
        ...(token !== undefined && { page_token: token }),
      };
      try {
        return await list(ask, options);
      } catch (error) {
        const smaller = Math.floor((limit || usualPage) / 2);
        if (!list.takesLimit?.() || smaller < 1 || !isPolytomicError(error, 'TooLarge')) throw error;
        limit = smaller;
      }
    }
  };
  const next = async (): Promise<IteratorResult<WalkedPage<T>, undefined>> => {
    if (isOver) return { done: true, value: undefined };
    const page = await readPage();
    const items = page.items.filter((row) => isNew(row, seen));
    token = page.nextPageToken;
    const nothingNew = page.items.length > 0 && items.length === 0;
    const fullPage = Math.min(limit || longestProsePage, longestProsePage);
    const cut = list.paging === 'prose' && page.items.length >= fullPage;
    isOver = token === undefined || list.paging === 'none' || tokens.has(token) || nothingNew;
    isOver ||= tokens.size >= longestWalk;
    if (token !== undefined) tokens.add(token);
    return { done: false, value: { items, complete: token === undefined && !cut } };
  };
  return { next, [Symbol.asyncIterator]: iteratorItself };
}

/** Whether the row was not seen before, from now on it was. One page alone may repeat a row, too. */
function isNew({ id }: { id?: string | null }, seen: Set<string>): boolean {
  if (!id) return true;
  const isKnown = seen.has(id);
  seen.add(id);
  return !isKnown;
}

/** The same pages, each turned into something else; as resumable as they are. */
export function mapPages<T, R>(
  walk: AsyncIterableIterator<WalkedPage<T>, undefined>,
  toResult: (page: WalkedPage<T>) => R,
): AsyncIterableIterator<R, undefined> {
  const next = async (): Promise<IteratorResult<R, undefined>> => {
    const { done, value } = await walk.next();
    return done ? { done, value: undefined } : { done: false, value: toResult(value) };
  };
  return { next, [Symbol.asyncIterator]: iteratorItself };
}

function iteratorItself<T>(this: T): T {
  return this;
}
