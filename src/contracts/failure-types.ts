/** The `type` of every `ApplicationFailure` that leaves our activities and workflows. Wire format: never renamed. */
export const failureTypes = {
  /** The input is wrong; `details[0]` is the list of bad fields (`InputIssue[]`). Never retried. */
  InvalidInput: 'polytomic.InvalidInput',
  /** Polytomic does not accept the credential (401). Never retried. */
  Unauthorized: 'polytomic.Unauthorized',
  /** The credential may not do this (403). Never retried. */
  Forbidden: 'polytomic.Forbidden',
  /** The operator of this worker did not allow the operation, organization or secret. Never retried. */
  NotAllowed: 'polytomic.NotAllowed',
  /** No such sync, execution or object (404). Never retried. */
  NotFound: 'polytomic.NotFound',
  /** Polytomic refused the request (400, 422). Never retried. */
  Rejected: 'polytomic.Rejected',
  /** Several things bear the name. Never retried. */
  Ambiguous: 'polytomic.Ambiguous',
  /** An answer, input or result is larger than may enter a history. Never retried. */
  PayloadTooLarge: 'polytomic.PayloadTooLarge',
  /** The sync is inactive and `ifInactive` is `fail`. Never retried. */
  SyncInactive: 'polytomic.SyncInactive',
  /** Polytomic reports problems in the sync's configuration that stop it from running. Never retried. */
  SyncHasProblems: 'polytomic.SyncHasProblems',
  /**
   * A connection of the sync is unhealthy and `checkConnections` is set; `details[0].connections` says which and why. Left
   * to a workflow's own retry policy, as connections recover.
   */
  ConnectionUnhealthy: 'polytomic.ConnectionUnhealthy',
  /** A run is in progress and `ifRunning` is `fail`. Never retried. */
  SyncAlreadyRunning: 'polytomic.SyncAlreadyRunning',
  /** Someone else canceled the run. Never retried. */
  SyncCanceled: 'polytomic.SyncCanceled',
  /** The run ended without success; `details[0]` is the `SyncRunResult`. */
  SyncFailed: 'polytomic.SyncFailed',
  /** The run did not end in time; `details[0]` is the `SyncRunResult`. */
  SyncTimedOut: 'polytomic.SyncTimedOut',
  /** Some runs of a fan-out or pipeline did not succeed; `details[0]` is its result. */
  SyncsFailed: 'polytomic.SyncsFailed',
  /** Provisioning failed or is blocked; `details[0]` is the `ProvisioningFailure`: what was made, undone and left. */
  ProvisioningFailed: 'polytomic.ProvisioningFailed',
  /** What is there differs from the plan that was agreed to; `details[0]` names what differs. Never retried. */
  PlanChanged: 'polytomic.PlanChanged',
  /** Another apply or destroy of the set is under way; `details[0]` says which and since when. */
  SetBusy: 'polytomic.SetBusy',
  /** Nobody approved the plan in time. Never retried. */
  NotApproved: 'polytomic.NotApproved',
  /** Polytomic asks to slow down (429). Retried by activities. */
  RateLimited: 'polytomic.RateLimited',
  /** Polytomic is in trouble (5xx, 408). Retried by activities. */
  Unavailable: 'polytomic.Unavailable',
  /** The request collides with another (409). Retried by activities. */
  Conflict: 'polytomic.Conflict',
  /** No whole answer arrived (reset, timeout, cut body). Retried by activities. */
  Network: 'polytomic.Network',
  /** The place for log files on the worker is full. Retried by activities, after a quarter of an hour. */
  LogStorageFull: 'polytomic.LogStorageFull',
  /** The answer could not be understood. Retried by activities. */
  UnexpectedResponse: 'polytomic.UnexpectedResponse',
} as const;

/** One of the values of {@link failureTypes}. */
export type FailureType = (typeof failureTypes)[keyof typeof failureTypes];

/** One bad field of an input, as listed in `details[0]` of a `polytomic.InvalidInput`. */
export interface InputIssue {
  /** Path of the field, such as `start.schemas[0]`; `input` for the input itself. */
  field: string;
  /** What is wrong and what was expected. */
  message: string;
}
