/** Where a loop gets its jobs from; the one thing in which fan-outs and pipelines differ. */
import type { SyncRunResult } from '../../../contracts/run-result';
import type { Job } from './job';

/** Jobs whose turn has not come. */
export interface JobSource {
  /** All jobs, those that are done included; null until they are known. */
  readonly total: number | null;
  /** Jobs whose turn has not come, those that cannot start yet included. */
  readonly waiting: number;
  /** Whether results hold schemas: those of few jobs may. */
  readonly keepsSchemas: boolean;
  /** How long ends may be gathered at most before what comes next is started, in milliseconds. */
  readonly mostLingerMs: number;
  /** Jobs that could start now, in their order. */
  available(): Iterable<Job>;
  /** The job cannot be read for now: others come first. */
  postpone(job: Job): void;
  /** The job's turn has come. */
  take(job: Job): void;
  /** The job ended; others may become available or pointless. Answers those that are skipped on its account. */
  ended(job: Job, result: SyncRunResult): { job: Job; because: string }[];
  /** Nothing more is to start: answers the jobs that never will, and how many more there are that were not read. */
  drop(): { jobs: Job[]; unread: number };
  /** @throws Error that says why the sync or step, whose turn has not come, cannot be skipped */
  checkSkip(id: string): void;
  /** Takes the sync or step out, after `checkSkip`; null where that is done once it is read. */
  skip(id: string): Job | null;
  /** Whether more jobs should be read, by `load`. */
  readonly wantsMore: boolean;
  load(): Promise<void>;
}
