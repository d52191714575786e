/** What a user of the emulator may set: options, the seed, and the two kinds of sync in it. */
import { createHash } from 'node:crypto';
import type { ClockKind, TimeSource } from '../state/clock';
import type { ConnectionControls } from './connection-controls';
import type { ConnectionTypeDump, ConnectionTypeSeed } from '../state/connection-types';
import type { RefusedConfiguration } from '../state/connection-check';
import type { ExecutionScript } from '../scripts/execution-script';
import type { IngestionSeed } from '../state/ingestion';
import type { JobScript, JobType } from '../state/job';

/** How the emulator treats a sync besides the API's own fields. */
export interface SyncControls {
  /** How each run goes. Default `completed`. */
  readonly script?: ExecutionScript;
  /** How the next runs go, one script a run; then `script` holds again. */
  readonly nextScripts?: readonly ExecutionScript[];
  /** Milliseconds from start to end of a usual outcome. Default: the emulator's. */
  readonly durationMs?: number;
  /** Milliseconds from a cancel request to its effect. Default: the emulator's. */
  readonly cancelMs?: number;
  /** Milliseconds between runs that start on their own while the sync is active. Default: none do. */
  readonly everyMs?: number;
  /** Past runs, oldest first, answered exactly as given (status `created` with `completed_at` included). */
  readonly executions?: readonly Readonly<Record<string, unknown>>[];
  /** Answered as `next_execution_time`. Default: the next run of `everyMs`, else absent. */
  readonly nextExecutionTime?: string;
  /** A name of `organizations`. Default `default`. */
  readonly organization?: string;
}

/**
 * A model sync: any field of the API's answer (`id`, `name`, `active`, `mode`, `target`, `problems`, …), answered as
 * given; what is left out gets a usual value.
 */
export interface ModelSyncSeed extends SyncControls {
  readonly [field: string]: unknown;
}

/** A bulk sync, as {@link ModelSyncSeed}. `schemas`: ids or schema objects, default `public.users`, `public.orders`, `public.events`. */
export interface BulkSyncSeed extends SyncControls {
  /** Schemas of the sync. Default: a few. */
  readonly schemas?: readonly (string | Readonly<Record<string, unknown>>)[];
  /** Makes it a CDC sync, answered as `ingestion_status`. Default: it is none. */
  readonly ingestion?: IngestionSeed;
  readonly [field: string]: unknown;
}

/**
 * A connection: any field of the API's answer; what is left out gets a usual value. `type` may be the id of a type;
 * `configuration` holds its secrets in the clear, as no answer does.
 */
export interface ConnectionSeed extends ConnectionControls {
  /** A name of `organizations`. Default `default`. */
  readonly organization?: string;
  readonly [field: string]: unknown;
}

/** A model: any field of the API's answer; what is left out gets a usual value. `fields` may be names. */
export interface ModelSeed {
  /** A name of `organizations`. Default `default`. */
  readonly organization?: string;
  /** What a sample shows. Default: the records of its table, else some made up from its fields. */
  readonly records?: readonly Readonly<Record<string, unknown>>[];
  /** Milliseconds that a sample takes. Default 0, asynchronously the emulator's `jobMs`. */
  readonly sampleMs?: number;
  readonly [field: string]: unknown;
}

/** What is there at the start. */
export interface Seed {
  /** Organizations by name, besides those of the option of that name. Default: none. */
  readonly organizations?: Readonly<Record<string, OrganizationSeed>>;
  /** Further connection types, or other forms of the usual ones. Default: none. */
  readonly connectionTypes?: readonly ConnectionTypeSeed[] | ConnectionTypeDump;
  /** Default: a warehouse and a CRM, in every organization. */
  readonly connections?: readonly ConnectionSeed[];
  /** Default: none. */
  readonly models?: readonly ModelSeed[];
  /** Configurations that the check of a connection refuses. Default: none. */
  readonly refusedConfigurations?: readonly RefusedConfiguration[];
  /** How jobs go, by type. Default: each is done after the emulator's `jobMs`. */
  readonly jobs?: Readonly<Partial<Record<JobType, JobScript>>>;
  /** Default, when the seed names no sync at all: one, `Users to CRM`. */
  readonly modelSyncs?: readonly ModelSyncSeed[];
  /** Default, when the seed names no sync at all: one with three schemas, `Warehouse to lake`. */
  readonly bulkSyncs?: readonly BulkSyncSeed[];
}

/** An organization of its own: its keys see its syncs and no others. */
export interface OrganizationSeed {
  /** Default: derived from the name. */
  readonly id?: string;
  /** API keys of the organization. */
  readonly keys: readonly string[];
}

/**
 * How `GET /api/bulk/syncs` and `GET /api/models` page, since the documentation contradicts itself: `token` (default) as its prose says;
 * `all` answers everything at once; `ignored` offers tokens but answers the first page for each; `truncated` answers 50
 * and no token.
 */
export type BulkListPaging = 'token' | 'all' | 'ignored' | 'truncated';

/** Options of `startEmulator`. */
export interface EmulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  /** API keys of the organization `default`. Default `['test-key']`. */
  readonly keys?: readonly string[];
  /**
   * Keys of the partner account that owns all organizations; its own is `default`. Default: `partner-key` with the first
   * key `test-key`, else one derived from the first key, so that nobody who was given no key has one.
   */
  readonly partnerKeys?: readonly string[];
  /** Default `real`. */
  readonly clock?: ClockKind | TimeSource;
  /** Where a manual clock begins, in milliseconds since the epoch. Default: now. */
  readonly startAt?: number;
  /** Ids, tokens and keys come in the same order in each emulator with the same one. Default: they are random. */
  readonly idSeed?: string;
  /** Default: two connections, a model sync and a bulk sync with three schemas. */
  readonly seed?: Seed;
  /** Further connection types, as {@link Seed.connectionTypes}, which a reset keeps. Default: none. */
  readonly connectionTypes?: readonly ConnectionTypeSeed[] | ConnectionTypeDump;
  /** Further organizations by name. */
  readonly organizations?: Readonly<Record<string, OrganizationSeed>>;
  /** Milliseconds a usual run takes. Default 1,000. */
  readonly durationMs?: number;
  /** Milliseconds from a cancel request to its effect. Default 50. */
  readonly cancelMs?: number;
  /** Milliseconds that a job, a query or a refresh of schemas takes. Default 1,000. */
  readonly jobMs?: number;
  /** Milliseconds until a new connection's schemas are known; until then they can be neither synced nor listed. Default 0. */
  readonly inspectionMs?: number;
  /** Requests without a version are refused where the operation's page calls the header required. Default false. */
  readonly requireVersion?: boolean;
  /** What a model sync's start does during a run, which nobody documents. Default `refuse`, a 409. */
  readonly startWhileRunning?: 'refuse' | 'queue';
  /** Default `token`. */
  readonly bulkListPaging?: BulkListPaging;
  /** Requests kept in the log; older ones are forgotten. Default 100,000. */
  readonly maxRequests?: number;
  /** Longest body that is read; a longer one is a 413. Default 8 MiB. */
  readonly maxBodyBytes?: number;
  /** Hosts besides this machine to which webhooks may be posted. Default: none. */
  readonly webhookHosts?: readonly string[];
}

/** The options with their defaults. */
export type ResolvedOptions = Required<Omit<EmulatorOptions, 'seed' | 'idSeed'>> &
  Pick<EmulatorOptions, 'seed' | 'idSeed'>;

/** Applies the defaults. Throws a RangeError when no key is left. */
export function resolveOptions(options: EmulatorOptions): ResolvedOptions {
  const keys = options.keys ?? ['test-key'];
  if (keys.length === 0) throw new RangeError('keys: the emulator needs at least one API key');
  return {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    keys,
    partnerKeys: options.partnerKeys ?? [partnerKeyFor(keys[0])],
    clock: options.clock ?? 'real',
    startAt: options.startAt ?? Date.now(),
    idSeed: options.idSeed,
    seed: options.seed,
    connectionTypes: options.connectionTypes ?? [],
    organizations: options.organizations ?? {},
    durationMs: options.durationMs ?? 1_000,
    cancelMs: options.cancelMs ?? 50,
    jobMs: options.jobMs ?? 1_000,
    inspectionMs: options.inspectionMs ?? 0,
    requireVersion: options.requireVersion ?? false,
    startWhileRunning: options.startWhileRunning ?? 'refuse',
    bulkListPaging: options.bulkListPaging ?? 'token',
    maxRequests: options.maxRequests ?? 100_000,
    maxBodyBytes: options.maxBodyBytes ?? 8 * 1024 * 1024,
    webhookHosts: options.webhookHosts ?? [],
  };
}

function partnerKeyFor(key = ''): string {
  if (key === 'test-key') return 'partner-key';
  return `partner-${createHash('sha256').update(`partner key of ${key}`).digest('hex').slice(0, 32)}`;
}
