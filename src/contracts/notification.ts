/** What people are told of failed, late and recovered syncs. */
import type { RunOutcome } from './run-result';
import type { SyncKind } from './sync-kind';

/** One sync that something is told of. */
export interface NotifiedSync {
  /** `model` or `bulk`. */
  kind: SyncKind;
  /** Id of the sync. */
  syncId: string;
  /** Name of the sync; null if it could not be read. */
  name: string | null;
  /** Id of the execution; null where none is known. */
  executionId: string | null;
  /** Of failed and recovered ones. */
  outcome?: RunOutcome;
  /** Why it did not succeed. Absent where the outcome says all. */
  reason?: string;
  /** Page of the execution in Polytomic, where known. */
  url?: string;
  /** Of a pipeline: the step. */
  stepId?: string;
}

/**
 * What a target is given: the JSON body of the POST, or the argument of the user's activity. Each sync is reported once as
 * failed, once as late, once as recovered (it was reported as late or failed, and succeeded after all). Each of its runs that
 * stands still is reported as late once more, with the reason.
 */
export interface Notification {
  /** One or a few lines for people; the field that Slack and its like show. */
  text: string;
  /** Always `polytomic.syncs`. */
  type: 'polytomic.syncs';
  /** Name of the organization, as the worker knows it. */
  organization: string;
  /** Workflow that ran the syncs. */
  workflowId: string;
  /** Its run. */
  runId: string;
  /** The first 50 of each; the counts are exact. */
  failed: NotifiedSync[];
  /** Syncs that run later than `warnAfter`. */
  late: NotifiedSync[];
  /** Syncs reported before, as late or failed, that have succeeded. */
  recovered: NotifiedSync[];
  /** How many syncs came to which outcome so far. */
  counts: { failed: number; late: number; recovered: number };
}

/** Request of `notify`, which posts to one target with a URL. */
export interface NotifyRequest {
  /** Name of the target, as the operator configured it; its URL, often a secret, never enters a history. */
  target: string;
  /**
   * Names the notification within its workflow: the `Idempotency-Key`, which is made from it, is the same however often it is
   * sent. Default: each activity sends one of its own.
   */
  key?: string;
  notification: Notification;
}
