/** How activities reach the records of sets. */
import type { SetAnswer, SetClaims, SetHolder, SetMessage, SetRecord } from '../../contracts/provision-record';
import type { SetRef } from '../../contracts/provision-activities';

/** The records, wherever they are kept. Every message may be sent twice. */
export interface SetRecords {
  /** Null where the set has none; never starts one. */
  read(ref: SetRef): Promise<SetRecord | null>;
  /** Starts the record where there is none. */
  change(ref: SetRef, message: SetMessage): Promise<SetAnswer>;
  /**
   * Whether that run has ended without a release, as far as Temporal knows, and when (RFC 3339; null: nobody knows any
   * more). Undefined while it goes on.
   */
  endOf(holder: SetHolder): Promise<{ at: string | null } | undefined>;
  /** What each set of an organization claims, also of sets whose worker is away. */
  claims(organization: string): AsyncIterable<SetClaims>;
}
