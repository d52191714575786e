/** Which of several namesakes a create without an answer may have made. */
import type { OpenIntent } from '../../contracts/provision-record';

/** An object as a list tells it. */
export interface NamesakeFacts {
  id: string;
  /** RFC 3339; null, or no time, where the API does not say. */
  createdAt: string | null;
}

/** Polytomic's clock and ours may differ by a minute. */
const clockSkewMs = 60_000;

/** Those that came with the intent: not there before it, and not made after its last POST. */
export function createdSince<T extends NamesakeFacts>(intent: OpenIntent, namesakes: readonly T[]): T[] {
  const since = Date.parse(intent.at) - clockSkewMs;
  const until = intent.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(intent.until) + clockSkewMs;
  return namesakes.filter(({ id, createdAt }) => {
    if (intent.namesakes.includes(id)) return false;
    const told = Date.parse(createdAt ?? '');
    const at = Number.isNaN(told) ? since : told;
    return at >= since && at <= until;
  });
}

/** Whether a listed object bears the name, and the type where that is known, of an intent or a spec. */
export function isNamesake(
  object: { name: string; type: string | null },
  wanted: { name: string; type: string | null },
): boolean {
  return object.name === wanted.name && (wanted.type === null || object.type === null || object.type === wanted.type);
}
