/** What the operator tells the plugin. */
import type { Duration } from '../contracts/duration';
import type { LogSink } from '../contracts/log-files';
import type { AuditEntry } from '../activities/dependencies';
import type { ClientOptions } from '../polytomic/client';
import type { Clock } from '../polytomic/clock';
import type { ResolveSecret, SecretBinding } from '../secrets/resolver';

/** How to reach one Polytomic organization, as whom, and what workflows may do there. */
export interface OrganizationOptions extends Pick<
  ClientOptions,
  'apiKey' | 'apiKeyFile' | 'organizationId' | 'deploymentKey' | 'url' | 'apiVersion'
> {
  /**
   * What workflows may call: a list of groups, of operations (`modelSync.start`) and of resources (`modelSync.*`). Groups:
   * `read`; `run` (reads, starts, cancels of single runs, activations); `create` (of syncs); `provisioning` (these, and
   * changes to configuration); `all`. Default `run,create`. Anything else is refused with `polytomic.NotAllowed`.
   */
  operations?: string | readonly string[] | undefined;
  /** Requests a minute that waits may cost in this process; the one confirming read at an end comes on top. Default 30. */
  requestsPerMinute?: number | undefined;
  /** Operation activities that this process performs a minute; more are tried again later. Default: no limit. */
  operationsPerMinute?: number | undefined;
  /** File of certificates (PEM) of authorities that are trusted besides those that Node knows. */
  caFile?: string | undefined;
  /** Files (PEM) of the certificate by which the worker shows who it is, and of its key; both or none. */
  clientCertFile?: string | undefined;
  /** File (PEM) of the key of `clientCertFile`; both or none. Default: none. */
  clientKeyFile?: string | undefined;
  /**
   * Environment variables that requests may refer to as `{ $env: NAME }`. Default: none. Variables that hold a key or address
   * of the worker itself are refused.
   */
  secretEnv?: readonly string[] | undefined;
  /**
   * Folder whose files requests may refer to as `{ $file: PATH }`. Default: none. Files that the worker uses itself may lie
   * there; references to them are refused.
   */
  secretsDir?: string | undefined;
}

/** Whom workflows may have notified of failed, late and recovered syncs: a URL, or an activity of yours. */
export type NotifyOptions = NotifyByPost | NotifyByActivity;

interface NotifyByPost {
  /**
   * Gets the `Notification` as a JSON POST: https, or this machine. It is kept out of histories, logs and errors, as whoever
   * knows it (a webhook of Slack, say) may post. A function is asked for it before each post.
   */
  url: string | (() => string | Promise<string>);
  /**
   * Signs each post as Standard Webhooks describes: 24 to 64 bytes in base64, `whsec_` before it or not. Of two, both sign, for
   * the time in which a receiver changes from one to the other. Default: posts are not signed.
   */
  signingSecret?: string | readonly string[] | undefined;
}

interface NotifyByActivity {
  /** Name of an activity that gets the `Notification` as its argument, on the workflow's own task queue. */
  activity: string;
}

/** A worker's time, for tests: it may follow a Temporal server that skips time. */
export interface WorkerClock extends Clock {
  /** Resolves when an activity may begin, to what is called at its end. Default: it may begin at once. */
  readonly beginActivity?: () => Promise<() => void>;
}

/** Options of the plugin. Its own fields describe the organization `default`. */
export interface PolytomicPluginOptions
  extends OrganizationOptions, Pick<ClientOptions, 'allowHttp' | 'fetch' | 'maxAnswerBytes' | 'traceparent'> {
  /**
   * More organizations by name, each with a credential of its own. What else an entry leaves out (`url`, `apiVersion`,
   * `operations`, `requestsPerMinute`, `secretEnv`, `secretsDir`) it takes from the fields beside this one.
   */
  organizations?: Readonly<Record<string, OrganizationOptions>> | undefined;
  /**
   * Makes the idempotency keys of all organizations: at least 16 characters, the same on every worker of a task queue. Default:
   * a secret derived from each organization's credential. With a secret of its own a rotation of credentials changes no key.
   */
  idempotencySecret?: string | undefined;
  /** A file that holds it, read when the worker starts. */
  idempotencySecretFile?: string | undefined;
  /** Answers references `{ $secret: NAME }`, from Vault or a cloud's secret manager, say. Default: none may be used. */
  resolveSecret?: ResolveSecret | undefined;
  /** Limits single secrets, by the name in their reference, to organizations and to types of connections. */
  secrets?: Readonly<Record<string, SecretBinding>> | undefined;
  /**
   * Gets one entry for each call that may change something and for each refusal, with who asked for it. Default: one line each
   * in the log of the Temporal runtime.
   */
  auditLog?: ((entry: AuditEntry) => void) | undefined;
  /**
   * Where the log files of runs go that workflows ask for: a folder, which gets
   * `<organization>/<sync id>/<execution id>/<file>`, or a function. Default: nowhere, so that asking is refused.
   */
  logSink?: string | LogSink | undefined;
  /**
   * Hosts that log files may be fetched from besides the API's own: names, or `*.` and a name. Listed hosts may have
   * private addresses. Default: every host with public addresses; through a proxy, which resolves names itself, none.
   */
  logHosts?: readonly string[] | undefined;
  /** Longest log file, decoded, bytes. Default 1 GB. */
  maxLogFileBytes?: number | undefined;
  /** All log files of one run together, bytes. Default 10 GB. */
  maxLogRunBytes?: number | undefined;
  /** All files in the folder for logs together, bytes. Default 50 GB. */
  maxLogFolderBytes?: number | undefined;
  /** Targets by the names that the input `notify` of workflows may give. Default: none. */
  notify?: Readonly<Record<string, NotifyOptions>> | undefined;
  /**
   * Task queue of the waits. Default: the worker's own with `-polytomic-wait`. `false`: this process does not wait. Its
   * workflows still wait on the default queue, so another process with the same task queue must serve it. Whoever serves a
   * queue needs the organizations of all who wait there: plugins with different ones take different queues.
   */
  waitTaskQueue?: string | false | undefined;
  /** How long a wait may be silent before the server gives it to another worker; at least one second. Default 75 s. */
  heartbeatTimeout?: Duration | undefined;
  /** How long a cancelled or timed-out run waits for Polytomic to confirm the cancellation. Default 60 s. */
  cancelTimeout?: Duration | undefined;
  /**
   * Whether workflows of ours write the search attributes `PolytomicSyncId`, `PolytomicOrganization` and `PolytomicOutcome`, and
   * a memo `polytomicResult`. A worker refuses to run while its namespace lacks one of them, and names the command that creates
   * it. Default false.
   */
  searchAttributes?: boolean | undefined;
  /**
   * Whether the worker serves the Nexus service `polytomic`, so that workflows of other namespaces may run syncs here. The worker
   * must have our workflow types. Default false.
   */
  nexusService?: boolean | undefined;
  /** Time, timers and chance of everything that activities do; for tests. Default: the machine's. */
  clock?: WorkerClock | undefined;
}
