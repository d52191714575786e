/** Records of POSTs by Idempotency-Key: the first outcome, errors included, is every later request's outcome for a day. */
import { ApiFailure } from './api-failure';
import type { Outcome } from './outcome';

/** How long a record lives. The documentation promises no less than this. */
const lifetimeMs = 24 * 3_600_000;
const keyFormat = /^[A-Za-z0-9_-]{8,255}$/;

interface Kept {
  readonly outcome?: Outcome;
  readonly expiresAt: number;
}

/** The records of all organizations; keys of one mean nothing in another. Path and body are not part of a key. */
export class IdempotencyRecords {
  private readonly records = new Map<string, Kept>();

  /** The recorded outcome, or undefined where the key is free; throws 400 on a malformed key, 409 on one in flight. */
  find(key: string, { organizationId, now }: { organizationId: string; now: number }): Outcome | undefined {
    if (!keyFormat.test(key))
      throw new ApiFailure(400, 'Idempotency-Key: expected 8 to 255 of letters, digits, - and _');
    const kept = this.records.get(`${organizationId} ${key}`);
    if (kept === undefined || kept.expiresAt <= now) return undefined;
    if (kept.outcome === undefined) throw new ApiFailure(409, 'a request with this Idempotency-Key is being processed');
    return kept.outcome;
  }

  /** Whether the key has an outcome, in any organization. */
  isRecorded(key: string, now: number): boolean {
    for (const [name, { outcome, expiresAt }] of this.records) {
      if (outcome !== undefined && expiresAt > now && name.endsWith(` ${key}`)) return true;
    }
    return false;
  }

  /** Takes the key for a request that is being processed. */
  begin(key: string, { organizationId, now }: { organizationId: string; now: number }): void {
    this.records.set(`${organizationId} ${key}`, { expiresAt: now + lifetimeMs });
  }

  /** Ends the processing: with an outcome it is recorded, without one the key is free again. */
  finish(
    key: string,
    { organizationId, now, outcome }: { organizationId: string; now: number; outcome?: Outcome },
  ): void {
    const name = `${organizationId} ${key}`;
    if (outcome === undefined) this.records.delete(name);
    else this.records.set(name, { outcome, expiresAt: now + lifetimeMs });
  }

  /** The records that have an outcome: what is in flight now is so nowhere else. */
  settled(): IdempotencyRecords {
    const settled = new IdempotencyRecords();
    for (const [name, kept] of this.records) if (kept.outcome !== undefined) settled.records.set(name, kept);
    return settled;
  }
}
