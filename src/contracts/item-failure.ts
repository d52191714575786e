/** What went wrong with one item of an activity. */
import type { FailureType } from './failure-types';

/** A failure of one item of a composite activity, to be thrown or listed by the workflow. */
export interface ItemFailure {
  /** Type of the failure, such as `polytomic.NotFound`: decide by this, never by the message. */
  type: FailureType;
  /** For people. */
  message: string;
  /** True: the activity must not be tried again, as it would fail in the same way. */
  nonRetryable: boolean;
  /** Those of the failure that it becomes, where there is more to say than the message. */
  details?: [Record<string, unknown>];
}
