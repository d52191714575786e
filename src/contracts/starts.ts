/** What crosses for starts, creates and cancels: one try an activity, repeated by the workflow alone. */
import type { ItemFailure } from './item-failure';
import type { StartOptions } from './run-options';
import type { SyncSnapshot } from './sync-snapshot';
import type { Execution } from './execution';
import type { SyncKind, SyncRef } from './sync-kind';
import type { ErrorText } from './waits';

/**
 * The time in which an effect of uncertain tries of one key may have been created, in milliseconds since the epoch by
 * Polytomic's clock.
 */
export interface EffectWindow {
  /** Beginning of the first try of the key that may have taken effect. */
  from: number;
  /** When Polytomic cannot be working on any of them any more; may lie ahead. */
  to: number;
}

/** What a snapshot says about runs that existed before the first try: none of them is ours. */
export interface KnownRuns {
  /** Ids of runs that existed: the newest, and all that were created within the minutes before the snapshot. */
  ids: string[];
  /** False where the snapshot listed no executions; then only creation times tell new runs from old ones. */
  listed: boolean;
}

/** What both kinds of posts that must take effect once are given. */
export interface OncePost {
  /** Idempotency key to post with, `[A-Za-z0-9_-]{8,255}`; null: only look for what earlier tries may have made. */
  key: string | null;
  /** Look before the post, as far back as the windows reach. Always true in effect where `key` is null. */
  lookFirst: boolean;
  /** When earlier tries of this intent, whatever their keys, may have taken effect; empty: nothing of ours can exist. */
  windows: EffectWindow[];
  /** Fingerprint of the secret under which this key was posted before; absent while it was not. */
  keyFingerprint?: string;
}

/** One try of an intended start. */
export interface StartItem extends SyncRef, OncePost {
  known: KnownRuns;
  options: StartOptions;
  /** Start just the failed schemas of this execution, read from it, instead of `options.schemas`. */
  failedSchemasOf?: string;
  /** Activate the sync first. */
  activate: boolean;
  /** Post nothing where a connection of the sync is unhealthy. Default: they are not looked at. */
  checkConnections?: true;
}

/** Request of `startExecutions`; at most 100 items. */
export interface StartExecutionsRequest {
  organization: string;
  items: StartItem[];
  /** `omit`: no text that Polytomic wrote stands in the outcomes. Default `include`. */
  errorText?: ErrorText;
}

/** What every outcome without success tells. */
interface Tried {
  failure: ItemFailure;
  /** How long Polytomic asks to wait, milliseconds. */
  retryAfterMs?: number;
}

/** What every outcome of a post that left tells. */
interface Posted extends Tried {
  /** When the post began, milliseconds since the epoch by Polytomic's clock. */
  at: number;
  /** When its answer came, or it was given up, by the same clock. Absent: that is not known, or a worker of an older release. */
  answeredAt?: number;
  /** Fingerprint of the secret that the key was derived with. */
  keyFingerprint?: string;
}

/** Outcomes that starts and creates share. */
export type OnceOutcome =
  /** Looked; none was found; nothing was posted, as no key was given. */
  | { type: 'absent' }
  /** The look failed, which decides nothing; nothing was posted. */
  | ({ type: 'lookFailed' } & Tried)
  /** Nothing of this try can have reached Polytomic. */
  | ({ type: 'unsent' } & Tried)
  /** The key was posted under another secret before; nothing was posted now. */
  | ({ type: 'otherSecret' } & Tried)
  /** 429. */
  | ({ type: 'throttled' } & Posted)
  /** No answer, or none that a worker lived to tell (`wasAttemptLost`): the post may have taken effect. */
  | ({ type: 'noResponse'; wasAttemptLost?: true } & Posted)
  /**
   * An answer that may hide an effect: 5xx, 408, 3xx, unreadable, oversized, a 4xx that is not the API's JSON.
   * `mayBeWorking`: it was 502, 503, 504, 408 or not the API's own, so that Polytomic may still be working on it.
   */
  | ({ type: 'ambiguous'; status: number | null; mayBeWorking: boolean } & Posted)
  /** Polytomic itself refuses it. */
  | ({ type: 'refused' } & Tried);

/** What became of one try of a start. */
export type StartOutcome =
  | OnceOutcome
  /** `adopted`: found by a look instead of read from the answer. `createdAt` by Polytomic's clock, null where not reported. */
  | { type: 'started'; executionId: string; status: string; createdAt: string | null; adopted: boolean }
  /**
   * 409. `explanation`: the snapshot that shows somebody else's run, in progress or newer than the known ones; null where a
   * look found no run that explains it. A 409 whose look failed is `lookFailed`.
   */
  | ({ type: 'conflict'; explanation: SyncSnapshot | null } & Posted)
  /** Activation failed with a conflict or may be tried again; nothing was posted. */
  | ({ type: 'notActivated' } & Tried);

/** One try to create a sync. */
export interface CreateItem extends OncePost {
  kind: SyncKind;
  /** The create request, `active` set; secret fields are references. */
  sync: Record<string, unknown>;
  /** Ids of the syncs that bore its name before the first try. */
  namesakes: string[];
}

/** Request of `createSyncs`. */
export interface CreateSyncsRequest {
  organization: string;
  items: CreateItem[];
  errorText?: ErrorText;
}

/** What became of one try of a create. */
export type CreateOutcome =
  | OnceOutcome
  /** `snapshot` is null where the new sync could not be read yet. */
  | { type: 'created'; syncId: string; snapshot: SyncSnapshot | null }
  | ({ type: 'conflict' } & Posted)
  /** Schemas of the connection are still being read: repeated for minutes, each time with a new key. */
  | ({ type: 'notReady' } & Posted);

/** Heartbeat details of `startExecutions` and `createSyncs`, for the case that the attempt is lost. */
export interface PostHeartbeat {
  v: 1;
  /**
   * By the item's index: when its post began, as `at` of an outcome. The SDK holds heartbeats back for most of their
   * timeout, so that an item that is missing may have been posted since the last one that was sent.
   */
  posted: Record<string, number>;
  /** Fingerprint of the secret that the keys were derived with. */
  keyFingerprint?: string;
}

/** One run to cancel, or only to read (`cancel: false`). */
export interface CancelItem extends SyncRef {
  /** Null: search for it by `windows`, of which there is then at least one. */
  executionId: string | null;
  windows: EffectWindow[];
  known: KnownRuns;
  options: StartOptions;
  failedSchemasOf?: string;
  /** Cancel only while a fresh read shows the counts of this fingerprint; a run that moves is left alone. */
  onlyIfCounts?: number;
  cancel: boolean;
}

/** Request of `cancelExecutions`; at most 200 items. */
export interface CancelExecutionsRequest {
  organization: string;
  items: CancelItem[];
  /** How long to wait for terminal statuses, in milliseconds, from the first attempt that ran. */
  timeoutMs: number;
  errorText?: ErrorText;
  /** Executions are answered without schemas and with few messages, as many of them share one answer. Default false. */
  compact?: boolean;
  /** The pages of the first few runs are read too, as results name them. Default false. */
  urls?: boolean;
}

/** What became of one run that was to be cancelled. */
export interface CancelledItem {
  /** Null when no run of ours was found. */
  executionId: string | null;
  /** Whether a cancel request was accepted. */
  requested: boolean;
  /** Whether the run was read in a terminal status. */
  confirmed: boolean;
  /** The last read; null where none succeeded. */
  execution: Execution | null;
  /** Why it is not confirmed. */
  problem: string | null;
  /** It was to be cancelled only while its counts stood still, and they had changed, so that nothing was asked for. */
  hasMoved?: boolean;
}
