/** Which of several namesakes a create without an answer may have made. */
import type { OpenIntent } from '../../contracts/provision-record';

/** An object as a list tells it. */
export interface NamesakeFacts {
  id: string;
  /** RFC 3339; null where the API does not say. */
  createdAt: string | null;
}

/** Polytomic's clock and ours may differ by a minute. */
const clockSkewMs = 60_000;

/** Those that are there after the intent, and were not before. */
export function createdSince<T extends NamesakeFacts>(intent: OpenIntent, namesakes: readonly T[]): T[] {
  const since = Date.parse(intent.at) - clockSkewMs;
  return namesakes.filter(
    ({ id, createdAt }) => !intent.namesakes.includes(id) && (createdAt === null || Date.parse(createdAt) >= since),
  );
}
