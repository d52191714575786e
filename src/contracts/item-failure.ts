/** What went wrong with one item of an activity. */
import type { FailureType } from './failure-types';

/** A failure of one item of a composite activity, to be thrown or listed by the workflow. */
export interface ItemFailure {
  type: FailureType;
  message: string;
  nonRetryable: boolean;
  /** Those of the failure that it becomes, where there is more to say than the message. */
  details?: [Record<string, unknown>];
}
