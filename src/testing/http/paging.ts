/** Lists in pages with opaque tokens. */
import { ApiFailure } from './api-failure';
import type { Answer } from './api-request';

/** Which page, of what size. */
export interface PageRequest {
  /** Undefined or empty: the first page. */
  readonly token?: unknown;
  /** As asked for. Nothing, zero and less mean the ceiling; more is reduced to it. */
  readonly limit?: unknown;
  readonly ceiling: number;
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
  /** Absent on the first page. */
  readonly previous?: string;
}

/** Cuts a page; throws a 400 when the token is none of ours. */
export function pageOf<T>(items: readonly T[], { token, limit, ceiling }: PageRequest): Page<T> {
  const from = typeof token === 'string' && token !== '' ? readToken(token) : 0;
  const size = typeof limit === 'number' && limit > 0 ? Math.min(limit, ceiling) : ceiling;
  const to = from + size;
  return {
    items: items.slice(from, to),
    next: to < items.length ? makeToken(to) : undefined,
    previous: from > 0 ? makeToken(Math.max(0, from - size)) : undefined,
  };
}

/** A page as the API answers it: `data: null` when empty, a token only when there is more. */
export function answerPage<T>({ items, next }: Page<T>, present: (item: T) => unknown): Answer {
  const pagination = next === undefined ? {} : { next_page_token: next };
  return { body: { data: items.length === 0 ? null : items.map(present), pagination } };
}

const makeToken = (from: number): string => Buffer.from(`from:${from}`).toString('base64url');

function readToken(token: string): number {
  const match = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (match === null) throw new ApiFailure(400, 'the page token is not one of this list');
  return Number(match[1]);
}
