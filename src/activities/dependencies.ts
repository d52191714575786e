/** What activities are given by the composition root. */
import type { WorkerSetup } from '../contracts/worker-setup';
import type { LogSink } from '../contracts/log-files';
import type { CallReport, PolytomicClient } from '../polytomic/client';
import type { RedactAnswer } from '../secrets/answer-secrets';
import type { KnownSecrets } from '../secrets/known-secrets';
import type { Fetch } from '../polytomic/http';
import type { LogReach } from '../polytomic/log-reach';
import type { PollReport } from '../executions/reads/read-scheduler';

/** One named organization of this worker. */
export interface Organization {
  name: string;
  client: PolytomicClient;
  /** Whether the operator of this worker allows an operation, by its dotted name (`modelSync.start`). */
  allows(operation: string): boolean;
  /** Told of each operation that was asked for and is not allowed, for the audit log. */
  onRefused?(operation: string): void;
  /** Requests a minute that the wait for executions may cost; confirming reads come on top. */
  requestsPerMinute: number;
  /** Operation activities that this process performs a minute. Absent: as many as are asked for. */
  operationsPerMinute?: number;
  /** An operation's answer as it may enter a history: marked fields dropped, secrets of configurations masked. */
  redactAnswer: RedactAnswer;
  /** What requests may refer to. Absent: nothing. */
  knownSecrets?: KnownSecrets;
}

/** One call that may change something, or one refusal, and who asked for it. Holds no input and no secret. */
export interface AuditEntry extends CallReport {
  /** `call`: it was sent, or failed on the way. `refusal`: the operator did not allow it. */
  readonly type: 'call' | 'refusal';
  /** Absent outside of activities. */
  readonly activity?: string;
  /** Temporal namespace of who asked. Absent outside of activities. */
  readonly namespace?: string;
  /** Workflow that asked. Absent outside of workflows. */
  readonly workflowId?: string;
  /** Run of the workflow that asked; of a standalone activity its own run. */
  readonly runId?: string;
}

/** Where activities tell what a person should know; never given secrets. */
export interface ActivityLog {
  info(message: string, attributes?: Record<string, unknown>): void;
  warn(message: string, attributes?: Record<string, unknown>): void;
}

/**
 * A target of `notify`, as the operator configured it: an activity of theirs, by its name, or a URL. A URL is a secret,
 * as whoever knows it may post. It is asked for before each post, which throws an Error that does not quote it where it is
 * none that may be posted to.
 */
export type NotifyTargetConfig =
  | { readonly activity: string }
  | {
      readonly activity: null;
      readonly url: () => Promise<string>;
      /** Each signs every post. Empty: posts are not signed. */
      readonly signingSecrets: readonly string[];
    };

/** The bounds set to log files. */
export interface LogLimits {
  /** From where those of an organization may be fetched, by its name. */
  reaches: ReadonlyMap<string, LogReach>;
  /** Longest file, decoded, bytes. */
  maxFileBytes: number;
  /** All files of one run together, bytes. */
  maxRunBytes: number;
}

/** Everything that activities need from outside. */
export interface ActivityDependencies {
  organizations: ReadonlyMap<string, Organization>;
  setup: WorkerSetup;
  /** Whom workflows may have told of their syncs, by the names that their inputs give. */
  notify: ReadonlyMap<string, NotifyTargetConfig>;
  /** Reaches those of them that are URLs. */
  fetch: Fetch;
  /** Where log files go. Absent: workflows may not have any stored. */
  logSink?: LogSink;
  logs: LogLimits;
  log: ActivityLog;
  /** Is told of each request that waits and searches make, for metrics. Must not throw. */
  onPoll?: (report: PollReport) => void;
}
