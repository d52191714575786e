/** The kinds of answer that operations give, and how each is read out of its envelope. */
import { z } from 'zod';
import { withoutNulls } from './lenient';
import type { AnswerFields, Shape } from './shapes';

/** What arrived: the parsed body (absent when empty) and the place the answer points to, looked up by those who ask. */
export interface Received {
  /** Parsed JSON. Absent: the answer was empty. */
  readonly body?: unknown;
  /** Reads the `Location` header; undefined where there is none. */
  readonly location: () => string | undefined;
}

/** How an operation's answer is read. */
export interface Answer<O> {
  /** One object, one page of a list, nothing at all, or the address that the answer points to. */
  readonly kind: 'one' | 'page' | 'nothing' | 'location';
  /** What one item looks like, and what stands beside it; for the reference page. */
  readonly shapes?: readonly Shape[];
  /**
   * Reads it out of its envelope.
   *
   * @throws z.ZodError when the answer does not have the expected shape.
   */
  readonly decode: (received: Received) => O;
}

/** One page of a list. */
export interface Page<T> {
  /** In the order of Polytomic's answer; empty also where that says null. */
  items: T[];
  /** Token of the next page; absent on the last one, and on lists that do not page. */
  nextPageToken?: string;
}

const pagination = z.looseObject({ next_page_token: z.string().nullish() });
const pageLinks = z.looseObject({ next: z.string().nullish(), previous: z.string().nullish() });
const envelope = z.looseObject({
  data: z.unknown().optional(),
  pagination: pagination.nullish(),
  links: pageLinks.nullish(),
});

/** `{ data: {...} }` as the object itself. */
export function one<T>(item: Shape<z.ZodType<T>>): Answer<T> {
  return { kind: 'one', shapes: [item], decode: ({ body }) => within(item, envelope.parse(body).data) };
}

/** As {@link one}, for answers that carry no news: an empty one, or one without data, counts as an empty object. */
export function acknowledgement<F extends Record<string, z.ZodType>>(
  item: Shape<z.ZodType<AnswerFields<F>>>,
): Answer<AnswerFields<F>> {
  return { kind: 'one', shapes: [item], decode: ({ body }) => within(item, envelope.parse(body ?? {}).data ?? {}) };
}

/**
 * As {@link one}, with more fields beside `data` (a `job`): they are put into the object. Either may be missing, not both.
 */
export function oneWith<T, B>(item: Shape<z.ZodType<T>>, beside: Shape<z.ZodType<B>>): Answer<T & B> {
  return {
    kind: 'one',
    shapes: [item, beside],
    decode: ({ body }) => {
      const { data, ...rest } = envelope.parse(body);
      const extra = beside().parse(rest);
      const missing = data === undefined || data === null;
      if (missing && Object.values(rest).every((value) => value === undefined || value === null)) within(item, data);
      return { ...within(item, data ?? {}), ...extra };
    },
  };
}

/** `{ data: [...], pagination }` as a {@link Page}. An empty list may come as null. */
export function page<T>(item: Shape<z.ZodType<T>>): Answer<Page<T>> {
  return { kind: 'page', shapes: [item], decode: ({ body }) => toPage(item, envelope.parse(body)) };
}

/** As {@link page}, with more fields beside `data`, which are put beside the items. */
export function pageWith<T, B>(item: Shape<z.ZodType<T>>, beside: Shape<z.ZodType<B>>): Answer<Page<T> & B> {
  return {
    kind: 'page',
    shapes: [item, beside],
    decode: ({ body }) => {
      const { data, pagination: paging, ...rest } = envelope.parse(body);
      return { ...beside().parse(rest), ...toPage(item, { data, pagination: paging }) };
    },
  };
}

/** As {@link one}, for the few answers that come without an envelope. */
export function bare<T>(item: Shape<z.ZodType<T>>): Answer<T> {
  return { kind: 'one', shapes: [item], decode: ({ body }) => item().parse(body) };
}

/** What a step of a result that comes in pages tells beside it. */
export interface Linked {
  /** Addresses as the server gives them, perhaps without a host. */
  links?: { next?: string | null; previous?: string | null };
  /** The `page` of the next address, to be given to the same operation; absent on the last page. */
  nextPage?: string;
}

/** As {@link one}, for a result whose pages are linked: the address of the next one is read into {@link Linked.nextPage}. */
export function linked<T>(item: Shape<z.ZodType<T>>): Answer<T & Linked> {
  return {
    kind: 'one',
    shapes: [item],
    decode: ({ body }) => {
      const { data, links } = envelope.parse(body);
      const nextPage = pageIn(links?.next);
      return { ...within(item, data), ...(links && { links }), ...(nextPage && { nextPage }) };
    },
  };
}

/** Work that was taken on but not done: 202 without a body. Some say in a header where to look. */
export function accepted(): Answer<{ location?: string }> {
  const decode = ({ location: find }: Received): { location?: string } => {
    const place = find();
    return place ? { location: place } : {};
  };
  return { kind: 'one', decode };
}

/** No answer worth reading. */
export function nothing(): Answer<void> {
  return { kind: 'nothing', decode: () => undefined };
}

/** A redirect whose place is the answer, not to be followed: the place is signed, and the key would travel. */
export function location(): Answer<{ location: string }> {
  const decode = ({ location: find, body }: Received): { location: string } =>
    z.object({ location: z.string() }).parse({ location: find() ?? urlIn(body) });
  return { kind: 'location', decode };
}

/** Where a server answers with the signed place in a body instead of a header. */
function urlIn(body: unknown): unknown {
  const found = z.object({ data: z.object({ url: z.string() }) }).safeParse(body);
  return found.success ? found.data.data.url : undefined;
}

function pageIn(address: string | null | undefined): string | undefined {
  const query = address?.split('?')[1]?.split('#')[0];
  return new URLSearchParams(query).get('page') ?? undefined;
}

function toPage<T>(item: Shape<z.ZodType<T>>, { data, pagination: paging }: z.output<typeof envelope>): Page<T> {
  const items = within(() => z.array(item()).nullish(), withoutNulls(data)) ?? [];
  const token = paging?.next_page_token;
  return token ? { items, nextPageToken: token } : { items };
}

/** Parses what was under `data`, so that an error names the field from the top of the body. */
function within<T>(item: Shape<z.ZodType<T>>, data: unknown): T {
  const result = item().safeParse(data);
  if (result.success) return result.data;
  throw new z.ZodError(result.error.issues.map((issue) => ({ ...issue, path: ['data', ...issue.path] })));
}
