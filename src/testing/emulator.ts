/** Puts the parts together: one server, one world at a time, and the handles that tests hold. */
import type { AddressInfo } from 'node:net';
import type { Stage } from './api';
import { createClock, type EmulatorClock, type SettableClock } from './clock';
import { changeConnection, connectThrough } from './connection-changes';
import { listExecutions, type ExecutionRecord } from './execution-records';
import type { ExecutionScript } from './execution-script';
import { Faults, type FaultHandle, type FaultSpec } from './faults';
import { IdempotencyRecords } from './idempotency';
import { modelAt, type ModelSeed } from './model';
import { resolveOptions } from './options';
import type { BulkSyncSeed, ConnectionSeed, EmulatorOptions, ModelSyncSeed, ResolvedOptions, Seed } from './options';
import { RequestLog, type LoggedRequest } from './request-log';
import { requestCancel, startRun } from './runs';
import { startDueRuns } from './schedules';
import { createApiServer } from './server';
import { readSnapshot, takeSnapshot, type EmulatorSnapshot } from './snapshot';
import type { Fields, Sync, SyncKind } from './sync';
import { WebhookSender } from './webhook-sender';
import { World } from './world';

/** A sync as the emulator holds it. */
export interface EmulatorSync {
  readonly kind: SyncKind;
  readonly id: string;
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

/** A running emulator. */
export interface Emulator {
  /** Base URL without a slash at its end. */
  readonly url: string;
  /** The first of the keys. */
  readonly apiKey: string;
  /** The first of the partner keys. */
  readonly partnerKey: string;
  /** Id of the organization `default`, for basic authentication. */
  readonly organizationId: string;
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
  addModelSync(seed?: ModelSyncSeed): EmulatorSync;
  addBulkSync(seed?: BulkSyncSeed): EmulatorSync;
  /** The sync of that id as it stands; throws a RangeError when there is none. */
  sync(id: string): EmulatorSync;
  /** Changes fields of a sync from outside, as a person in the web app does. */
  updateSync(id: string, fields: Readonly<Fields>): void;
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
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/** Starts an emulator of the Polytomic API on this machine. Rejects when the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const resolved = resolveOptions(options);
  const clock = createClock(resolved.clock);
  const sender = new WebhookSender({ stage: () => emulation.stage, url: () => url });
  const log = new RequestLog(resolved.maxRequests);
  const emulation: Emulation = new Emulation(resolved, { clock, log, sender });
  let url = '';
  const server = createApiServer({ stage: () => emulation.stage, log, url: () => url });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(resolved.port, resolved.host, resolve);
  });
  url = `http://${resolved.host === '0.0.0.0' ? '127.0.0.1' : resolved.host}:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    sender.stop();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  sender.start();
  return emulation.toEmulator({ url, close });
}

/** The state behind the handles. */
class Emulation {
  stage: Stage;

  constructor(
    readonly options: ResolvedOptions,
    readonly parts: { readonly clock: SettableClock; readonly log: RequestLog; readonly sender: WebhookSender },
  ) {
    this.stage = this.#makeStage(options.seed);
  }

  toEmulator({ url, close }: { url: string; close: () => Promise<void> }): Emulator {
    const { clock, log } = this.parts;
    return {
      url,
      apiKey: this.options.keys[0] ?? '',
      partnerKey: this.options.partnerKeys[0] ?? '',
      organizationId: this.stage.world.organization().id,
      clock: { now: () => clock.now(), advance: (ms) => this.#advance(ms) },
      executions: () => listExecutions(this.#worldNow(), clock.now()),
      requests: () => log.list(),
      clearRequests: () => log.clear(),
      fault: (spec) => this.stage.faults.add(spec, clock.now()),
      setKeys: (keys, organization) => void (this.stage.world.organization(organization).keys = [...keys]),
      addConnection: (seed = {}) => this.stage.world.addConnection(seed),
      updateConnection: (id, seed) => changeConnection(this.stage.world, { id, seed }),
      connect: (token, seed = {}) => connectThrough(this.stage.world, { token, seed }),
      addModel: (seed = {}) => modelAt(this.stage.world.addModel(seed), clock.now()) ?? {},
      addModelSync: (seed = {}) => toEmulatorSync(this.#worldNow().addModelSync(seed)),
      addBulkSync: (seed = {}) => toEmulatorSync(this.#worldNow().addBulkSync(seed)),
      sync: (id) => toEmulatorSync(this.stage.world.findSync(id).sync),
      updateSync: (id, fields) => this.#updateSync(id, fields),
      script: (id, script) => void (this.stage.world.findSync(id).sync.script = script),
      scriptNext: (id, ...scripts) => void this.stage.world.findSync(id).sync.nextScripts.push(...scripts),
      startRun: (id, run = {}) => this.#startRun(id, run),
      cancelRun: (id) => this.#cancelRun(id),
      reset: (seed) => this.#reset(seed),
      snapshot: () => takeSnapshot({ state: this.#worldNow().state, records: this.stage.records }, clock.now()),
      restore: (snapshot) => this.#restore(snapshot),
      close,
    };
  }

  #makeStage(seed: Seed | undefined): Stage {
    const world = new World({ options: this.options, clock: this.parts.clock, seed });
    return { world, faults: new Faults(), records: new IdempotencyRecords() };
  }

  /** The world with every scheduled run that has come due. */
  #worldNow(): World {
    startDueRuns(this.stage.world, this.parts.clock.now());
    return this.stage.world;
  }

  /** Webhooks are told at once, so that no event outlives its retention before that. */
  #advance(ms: number): void {
    this.parts.clock.advance(ms);
    this.parts.sender.look();
  }

  #updateSync(id: string, fields: Readonly<Fields>): void {
    const { organization, sync } = this.#worldNow().findSync(id);
    sync.fields = { ...sync.fields, ...fields, id };
    organization.syncs[sync.kind].put(sync);
  }

  #startRun(id: string, { type = 'manual', script, options }: ForeignRun): string {
    const world = this.#worldNow();
    const startedBy = type === 'scheduled' ? 'schedule' : 'someone';
    return startRun(world, { ...world.findSync(id), startedBy, type, script, options }).id;
  }

  #cancelRun(id: string): void {
    const found = this.#worldNow().executions.find(({ execution }) => execution.id === id);
    if (found === undefined) throw new RangeError(`no execution has the id ${id}`);
    requestCancel(found.execution, this.parts.clock.now());
  }

  #restore(snapshot: EmulatorSnapshot): void {
    const { clock } = this.parts;
    const { state, records } = readSnapshot(snapshot, clock);
    const world = new World({ options: this.options, clock, state });
    this.stage = { world, faults: this.stage.faults, records };
  }

  #reset(seed: Seed | undefined): void {
    this.parts.log.clear();
    this.stage = this.#makeStage(seed ?? this.options.seed);
  }
}

const toEmulatorSync = ({ kind, id, fields }: Sync): EmulatorSync => ({ kind, id, name: String(fields.name), fields });
