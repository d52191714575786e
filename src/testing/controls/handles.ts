/** What tests do with an emulator besides calling its API. */
import type { EmulatorClock } from '../state/clock';
import type { ExecutionRecord } from '../state/execution-records';
import type { ExecutionScript } from '../scripts/execution-script';
import type { FaultHandle, FaultSpec } from '../scripts/faults';
import type { ModelSeed } from './options';
import type { BulkSyncSeed, ConnectionSeed, ModelSyncSeed, Seed } from './options';
import type { LoggedRequest } from '../http/request-log';
import type { EmulatorSnapshot } from '../state/snapshot';
import type { Fields } from '../state/fields';
import type { IngestionSeed } from '../state/ingestion';
import type { SyncKind } from '../state/sync';

/** A sync as the emulator holds it. */
export interface EmulatorSync {
  /** `model` or `bulk`. */
  readonly kind: SyncKind;
  /** Id of the sync. */
  readonly id: string;
  /** Name of the sync. */
  readonly name: string;
  /** All fields of the API's answer in the newest version. */
  readonly fields: Readonly<Fields>;
}

/** A run that is not started through the API. */
export interface ForeignRun {
  /** The answer's `type`. Default `manual`. */
  readonly type?: string;
  /** Default: the sync's next script. */
  readonly script?: ExecutionScript;
  /** The start's options as the API takes them, such as `schemas`. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What tests hold of an emulator, with a server or without. */
export interface EmulatorHandles {
  /** The first of the keys. */
  readonly apiKey: string;
  /** The first of the partner keys. */
  readonly partnerKey: string;
  /** Id of the organization `default`, for basic authentication. */
  readonly organizationId: string;
  /** Time of the emulator. */
  readonly clock: EmulatorClock;
  /** Every run there ever was, oldest first, whoever started it: the judge of what a test started. */
  executions(): ExecutionRecord[];
  /** Every request, oldest first. */
  requests(): LoggedRequest[];
  /** Empties the request log. */
  clearRequests(): void;
  /** Makes something go wrong. The first fault that fits a request and has hits left decides. */
  fault(spec: FaultSpec): FaultHandle;
  /** Replaces an organization's keys, as a rotation does. Default organization: `default`. */
  setKeys(keys: readonly string[], organization?: string): void;
  /** Adds a connection and returns it. */
  addConnection(seed?: ConnectionSeed): Readonly<Fields>;
  /** Changes fields of a connection and how the system behind it behaves, from outside; throws a RangeError when there is none of that id. */
  updateConnection(id: string, seed: ConnectionSeed): Readonly<Fields>;
  /** Goes through the dialog of a Connect session; throws a RangeError when the session is none, over or used. */
  connect(token: string, seed?: ConnectionSeed): Readonly<Fields>;
  /** Adds a model and returns it. */
  addModel(seed?: ModelSeed): Readonly<Fields>;
  /** Adds a model sync. */
  addModelSync(seed?: ModelSyncSeed): EmulatorSync;
  /** Adds a bulk sync. */
  addBulkSync(seed?: BulkSyncSeed): EmulatorSync;
  /** The sync of that id as it stands; throws a RangeError when there is none. */
  sync(id: string): EmulatorSync;
  /** Changes fields of a sync from outside, as a person in the web app does. */
  updateSync(id: string, fields: Readonly<Fields>): void;
  /**
   * How the ingestion of a bulk sync stands from now on; null: it is no CDC sync. Throws a RangeError when there is no sync
   * of that id.
   */
  setIngestion(syncId: string, ingestion: IngestionSeed | null): void;
  /** How the sync's runs go from now on. */
  script(syncId: string, script: ExecutionScript): void;
  /** How the sync's next runs go, one script a run. */
  scriptNext(syncId: string, ...scripts: ExecutionScript[]): void;
  /** Starts a run as somebody else, even during another one; returns its id. `type: 'scheduled'` counts as a schedule's. */
  startRun(syncId: string, run?: ForeignRun): string;
  /** Cancels a run as somebody else; throws a RangeError when there is none of that id. */
  cancelRun(executionId: string): void;
  /** Forgets everything, faults, records, log and keys included, and plants the seed (default: the first one) anew. */
  reset(seed?: Seed): void;
  /**
   * Everything that the emulator holds, at this moment, as a plain JSON value: organizations with their keys, users,
   * connections, models, syncs, webhooks and all the rest, every execution with its script, jobs, events, the records
   * of Idempotency-Keys, the time. Not in it: faults, the request log, options, requests that are being processed.
   * Secrets are in it as they are.
   *
   * @throws TypeError when a seed brought in something that is no plain value, such as a function.
   */
  snapshot(): EmulatorSnapshot;
  /**
   * Goes back to a snapshot, of this emulator or another one with the same options: everything since then is undone,
   * ids and keys included. A manual clock goes back to the snapshot's time; a real one goes on, or ahead to that time
   * where it is behind. Faults and the request log stay as they are. One snapshot can be restored again and again.
   *
   * @throws RangeError when it is no snapshot; nothing has changed then.
   */
  restore(snapshot: EmulatorSnapshot): void;
}
