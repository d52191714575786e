/** Small conversions that both adapters share: what the wire may leave out, and how much of it is kept. */
import { isPolytomicError, PolytomicError, type PolytomicErrorDetails } from '../polytomic/errors';
import { maskShapes } from '../polytomic/looks-like-secret';
import { redacted } from '../polytomic/redact';
import { cutSignedUrls } from '../polytomic/signed-urls';
import { isSameId } from '../rules/ids';
import { truncateText } from '../rules/quoted';

/** Which operation an error is about. */
export type Called = Pick<PolytomicErrorDetails, 'operation' | 'method' | 'path'>;

/** Messages are cut, as they may be long and enter histories. */
const longestMessage = 500;
/** So much of one is looked at. */
const longestInspected = 4_096;
const mostMessages = 20;
const longestStatus = 100;
/** The API's own are UUIDs; workflows take as much of a sync's. */
const longestId = 255;

/** The first 20 messages, each as {@link cutMessage} cuts it; empty ones are left out. */
export function cutMessages(messages: readonly (string | null | undefined)[]): string[] {
  return messages
    .filter((message): message is string => Boolean(message))
    .slice(0, mostMessages)
    .map(cutMessage);
}

/** The first 500 characters, without signatures of URLs, keys and passwords: half of one would not be recognised. */
export function cutMessage(message: string): string {
  const inspected = truncateText(cutSignedUrls(message), longestInspected);
  return truncateText(maskShapes(inspected, redacted), longestMessage);
}

/** A name, or another short text of a sync, as a history may hold it; null where there is none. */
export function toShownText(text: string | null | undefined): string | null {
  return text ? cutSignedUrls(text) : (text ?? null);
}

/** Longest time that is kept, as written: the API's own have 20 to 30 characters. */
const longestTime = 100;

/** A time as Polytomic wrote it; null for none, and for what is no time. */
export function toReportedTime(time: unknown): string | null {
  if (typeof time !== 'string' || time.length > longestTime) return null;
  return Number.isNaN(Date.parse(time)) ? null : time;
}

/** A time as RFC 3339; null for none, and for what is no time. */
export function toInstant(time: string | null | undefined): string | null {
  const at = Date.parse(time ?? '');
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

/** Newest first by creation, else by beginning; ties, and runs that tell neither, stay in the server's order. */
export function newestFirst<T extends { createdAt: string | null; startedAt: string | null }>(
  executions: readonly T[],
): T[] {
  const at = ({ createdAt, startedAt }: T): number => Date.parse(createdAt ?? startedAt ?? '') || 0;
  return executions.toSorted((one, other) => at(other) - at(one));
}

/** As a history may hold it: the API's own statuses are single words. */
export function cutStatus(status: string): string {
  return truncateText(status, longestStatus);
}

/** The id of an answer about something that was started or created. @throws PolytomicError `UnexpectedResponse` */
export function requireId(id: string | null | undefined, called: Called): string {
  if (!id) throw unexpected('answered without an id', called);
  if (id.length > longestId) throw unexpected(`answered with an id of ${id.length} characters`, called);
  return id;
}

/** An answer that was asked for by id must be about it: another one proves nothing. @throws PolytomicError `UnexpectedResponse` */
export function checkSameId(id: string | null | undefined, asked: string, called: Called): void {
  if (!isSameId(id ?? asked, asked)) throw unexpected('answered about another execution', called);
}

/**
 * A start or create took effect if its answer tells the id, whichever API version answered.
 *
 * @throws what the call threw, if there is no such answer
 */
export async function acceptAnyVersion<T extends object>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (isPolytomicError(error, 'UnexpectedResponse') && hasId(error.decoded)) return error.decoded as T;
    throw error;
  }
}

function hasId(decoded: unknown): boolean {
  return typeof decoded === 'object' && decoded !== null && typeof (decoded as { id?: unknown }).id === 'string';
}

function unexpected(reason: string, called: Called): PolytomicError {
  return new PolytomicError(reason, { ...called, code: 'UnexpectedResponse', answered: true });
}
