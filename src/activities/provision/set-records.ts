/** How activities reach the records of sets. */
import type { SetAnswer, SetClaims, SetHolder, SetMessage, SetRecord } from '../../contracts/provision-record';
import type { SetRef } from '../../contracts/provision-activities';

/** The records, wherever they are kept. Every message may be sent twice. */
export interface SetRecords {
  /** Null where the set has none; never starts one. */
  read(ref: SetRef): Promise<SetRecord | null>;
  /** `acquire` starts the record where there is none; all else is refused then, as whoever sends it holds nothing. */
  change(ref: SetRef, message: SetMessage): Promise<SetAnswer>;
  /** When the set's last record ended, which none does by itself, RFC 3339; null: it goes on, or there never was one. */
  endOfRecord(ref: SetRef): Promise<string | null>;
  /**
   * Whether that run has ended without a release, as far as Temporal knows, and when (RFC 3339; null: nobody knows any
   * more). Undefined while it goes on.
   */
  endOf(holder: SetHolder): Promise<{ at: string | null } | undefined>;
  /** What each set of an organization claims, also of sets whose worker is away. */
  claims(organization: string): AsyncIterable<SetClaims>;
}
