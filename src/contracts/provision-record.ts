/** What the record of a set holds, and the messages that change it. Wire format: kept by a workflow that stays open. */
import type { Fields, ProvisionKind, SecretVersions } from './provision-spec';

/** How an object came to be ours. Only what we created is ever deleted unasked. */
export type OwnedOrigin = 'created' | 'adopted' | 'pinned';

/** An object that is ours. */
export interface OwnedObject {
  /** Which of the four kinds of objects it is. */
  kind: ProvisionKind;
  /** Polytomic's id of the object. */
  id: string;
  /** Its name in Polytomic when it was last written or read. */
  name: string;
  /** How it came to be ours: decides whether a destroy deletes it. */
  origin: OwnedOrigin;
  /** Hash of what was last written, so that a later difference can be told from a change of the spec. */
  specHash: string;
  /** Versions of the secrets that the last answered write carried. */
  secretVersions: SecretVersions;
  /** Ids of our own objects that this one replaced, and that are still to be deleted. */
  retired?: string[];
  /** A destroy left it: no longer claimed, and known only so that a later destroy may be told to delete it. */
  left?: true;
  /** We created or changed it, and it still has to be activated, as activation comes last. */
  awaitsActivation?: true;
  /** We created it with `run: true`, and nothing says yet that its first run began: a run that exists decides. */
  awaitsRun?: true;
}

/** A create that was about to be made: it may have taken effect. What was created after `until` is none of it. */
export interface OpenIntent {
  /** Which of the four kinds of objects was to be created. */
  kind: ProvisionKind;
  /** The name that it was to have. */
  name: string;
  /** Of connections: the id of their type. An object of another type is none that this create made. */
  type: string | null;
  /** Polytomic's clock before the first POST, RFC 3339. */
  at: string;
  /** When the last POST can have ended, RFC 3339; absent while its run may still send one. */
  until?: string;
  /** Ids of the objects of that kind and name that existed then: none of them is ours. */
  namesakes: string[];
}

/** What a run of apply or destroy is to the lock. */
export interface SetHolder {
  /** Drawn once for each run, also inline: two of them in one workflow are two holders. */
  token: string;
  /** The workflow whose run holds the lock. */
  workflowId: string;
  /** Its run. */
  runId: string;
  /** Hash of its spec: whoever waits with the same one may take its result. */
  specHash: string;
  /** Whether it makes or removes the objects of the spec. */
  mode: 'apply' | 'destroy';
  /** RFC 3339. */
  since: string;
  /** The lock was taken over from a holder that ended without a release: its last write may still be under way. */
  takenOver?: true;
}

/** How the last holder ended, for those who waited for the same spec. */
export interface SetOutcome {
  /** The token of that holder. */
  token: string;
  /** The result; null where it failed, or where it was too large to keep. */
  result: Fields | null;
  /** Type and message of its failure; null where it succeeded. */
  failure: { type: string; message: string } | null;
}

/** The record of a set. */
export interface SetRecord {
  /** Version of this format. */
  v: 1;
  /** Name of the organization, as the worker knows it. */
  organization: string;
  /** Name of the set. */
  set: string;
  /** Grows with every change of what is ours. */
  version: number;
  /** Who holds the lock of the set; null: nobody. */
  holder: SetHolder | null;
  /** What the set owns, by address (`connections.warehouse`). */
  objects: Record<string, OwnedObject>;
  /** Creates whose outcome is not known yet, by address. */
  intents: Record<string, OpenIntent>;
  /** How the last holder ended; null: there was none. */
  last: SetOutcome | null;
  /** When a run, or a worker of one, was lost whose last write may still take effect; RFC 3339. Absent: never. */
  lostAt?: string;
}

/** Messages are idempotent; all but `acquire` are refused when the token does not hold the lock. */
export type SetMessage =
  /**
   * `over`: a holder that was seen to have ended without a release; its last write ends by `until`, null: unknown.
   * `lostAt`: when it ended, RFC 3339. Default: nobody knows. `recordLostAt`: when the set's former record was terminated,
   * RFC 3339: its holder may still write. Default: there is none.
   */
  | {
      type: 'acquire';
      holder: SetHolder;
      over?: { token: string; until: string | null; lostAt?: string };
      recordLostAt?: string;
    }
  /**
   * `at`: RFC 3339; whatever was posted has ended by then. `ran`: addresses of the syncs that had their first run.
   * `unmade`: addresses whose creates are known to have had no effect. Default of both: none. `lostAt`: when a worker was
   * lost, RFC 3339, whose last write may still take effect. Default: none was.
   */
  | {
      type: 'release';
      token: string;
      outcome: SetOutcome;
      at: string;
      ran?: string[];
      unmade?: string[];
      lostAt?: string;
    }
  /** Answers with the intents that hold: an older one of the same address stays. */
  | { type: 'intend'; token: string; intents: Record<string, OpenIntent> }
  | { type: 'own'; token: string; address: string; object: OwnedObject }
  /** This object no longer exists; null: an intent came to nothing. */
  | { type: 'forget'; token: string; address: string; id: string | null }
  /** These syncs are as active as they should be. */
  | { type: 'activated'; token: string; addresses: string[] }
  /** What became of intents of earlier runs: these objects were found, and these came to nothing. */
  | { type: 'settleIntents'; token: string; owned: Record<string, OwnedObject>; dropped: string[] }
  /** Nothing is claimed of these objects any more, by address the id; `known`: a later destroy may be told to delete them. */
  | { type: 'giveUp'; token: string; objects: Record<string, string>; known: boolean }
  | { type: 'move'; token: string; moves: { from: string; to: string }[] };

/**
 * `busy`: another run holds the lock. `refused`: this token does not hold it. The record is whole, but for `last`, in the
 * answer to `acquire` alone; else it has what the message is about, as each answer stays in the record's history.
 */
export type SetAnswer =
  { state: 'ok'; record: SetRecord } | { state: 'busy'; holder: SetHolder } | { state: 'refused' };

/** Names of the record's query and update. */
export const setRecordQueryName = 'record';
export const setRecordUpdateName = 'change';

/** Key of the record's memo that holds what it claims: readable when no worker is there to answer a query. */
export const setClaimsMemo = 'claims';

/** Ids of objects that a set claims. */
export interface SetClaims {
  set: string;
  ids: string[];
}

/** The workflow type of records. */
export const setWorkflowType = 'polytomicSet';

/** The id of a set's record. */
export function setWorkflowId(organization: string, set: string): string {
  return `polytomic-set/${organization}/${set}`;
}
