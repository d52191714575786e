/** What is known of a workflow that is watched; made by the watcher, shown by the views. */
import type { OpenCancellation } from '../../contracts/cancellation';
import type { FanOutProgress } from '../../contracts/fan-out-progress';
import type { RunProgress } from '../../contracts/progress';
import type { ProvisionProgress } from '../../contracts/provision';

/** How a workflow ended. */
export interface WatchEnd {
  status: 'completed' | 'failed' | 'canceled' | 'terminated' | 'timedOut';
  /** The workflow's result, or the one inside its failure; null where there is none. */
  result: unknown;
  failure: { type: string | null; message: string } | null;
  /** Of a canceled workflow: what may still run in Polytomic. Absent where all was confirmed. */
  openCancellation?: OpenCancellation;
  /** What the end means, as an exit code. */
  exitCode: number;
}

/** One schema of a bulk run in progress, as the worker's last heartbeat said. */
export interface LiveSchema {
  schema: string;
  status: string;
  records: number | null;
}

/** What the last heartbeat of a wait said of a run. */
export interface LiveRun {
  status: string | null;
  records: number | null;
  schemas: LiveSchema[];
}

/** A workflow that is watched. */
export interface WatchedRun {
  workflowId: string;
  /** What a person calls it: the name of a sync, or the workflow. */
  title: string;
  /** When it began (milliseconds since the epoch). */
  startedAt: number;
  /** Of a single run. */
  run?: RunProgress;
  /** Of a fan-out or pipeline. */
  fanOut?: FanOutProgress;
  /** Of an apply or destroy. */
  provisioning?: ProvisionProgress;
  live?: LiveRun;
  /** Why nothing new is known just now. */
  trouble?: string;
  end?: WatchEnd;
}

/** What the query `progress` answers, by who answered. */
export type KnownProgress = Pick<WatchedRun, 'run' | 'fanOut' | 'provisioning'>;

/** Tells the answers of the query `progress` apart; undefined for what a workflow of others answers. */
export function readProgress(answer: unknown): KnownProgress | undefined {
  if (typeof answer !== 'object' || answer === null || !('phase' in answer)) return undefined;
  if ('needsConsent' in answer) return { provisioning: answer as ProvisionProgress };
  return 'counts' in answer ? { fanOut: answer as FanOutProgress } : { run: answer as RunProgress };
}
