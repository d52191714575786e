/** The state behind an emulator, and what tests do with it. */
import type { EmulatorContext } from '../http/api';
import { createClock, type SettableClock } from '../state/clock';
import { changeConnection, connectThrough } from './connection-changes';
import { listExecutions } from '../state/execution-records';
import { Faults } from '../scripts/faults';
import type { EmulatorHandles, EmulatorSync, ForeignRun } from './handles';
import { IdempotencyRecords } from '../http/idempotency';
import { modelAt } from '../state/model';
import { nextChangeAt } from '../state/next-change';
import type { ResolvedOptions, Seed } from './options';
import { RequestLog } from '../http/request-log';
import type { IngestionSeed } from '../state/ingestion';
import { requestCancel, startRun } from '../state/runs';
import { startDueRuns } from '../state/schedules';
import { respond, type Exchange, type ServiceContext, type WireRequest } from '../http/service';
import { readSnapshot, takeSnapshot, type EmulatorSnapshot } from '../state/snapshot';
import type { Fields } from '../state/fields';
import type { Sync } from '../state/sync';
import type { WebhookFetch } from '../delivery/webhook-post';
import { WebhookSender } from '../delivery/webhook-sender';
import { EmulatorState } from '../state/emulator-state';

/** How an emulation waits, tells the time of its deliveries and posts them. */
export interface Surroundings {
  /** The emulator's own URL, for links in answers. */
  readonly url: () => string;
  /** How the delays of faults and the patience with receivers are waited for, given the emulator's clock. */
  readonly sleep: (clock: SettableClock) => (ms: number) => Promise<void>;
  readonly now: (clock: SettableClock) => number;
  readonly fetch: WebhookFetch;
}

/** Builds an emulator that nobody can call yet. */
export function buildEmulation(options: ResolvedOptions, { url, sleep, now, fetch }: Surroundings): Emulation {
  const clock = createClock(options.clock, options.startAt);
  const stage = (): EmulatorContext => emulation.stage;
  const sender = new WebhookSender({ stage, url, fetch, sleep: sleep(clock), now: () => now(clock) });
  const log = new RequestLog(options.maxRequests);
  const emulation: Emulation = new Emulation(options, { clock, log, sender, url, sleep: sleep(clock) });
  return emulation;
}

interface Parts extends Omit<ServiceContext, 'stage'> {
  readonly clock: SettableClock;
  readonly sender: WebhookSender;
}

/** The state behind the handles. */
export class Emulation {
  stage: EmulatorContext;

  constructor(
    readonly options: ResolvedOptions,
    readonly parts: Parts,
  ) {
    this.stage = this.#makeStage(options.seed);
  }

  get sender(): WebhookSender {
    return this.parts.sender;
  }

  /** Answers a request. */
  respond(request: WireRequest): Promise<Exchange> {
    return respond({ ...this.parts, stage: () => this.stage }, request);
  }

  handles(): EmulatorHandles {
    const { clock, log } = this.parts;
    return {
      apiKey: this.options.keys[0] ?? '',
      partnerKey: this.options.partnerKeys[0] ?? '',
      organizationId: this.stage.emulator.organization().id,
      clock: { now: () => clock.now(), advance: (ms) => this.#advance(ms) },
      executions: () => listExecutions(this.#emulatorNow(), clock.now()),
      requests: () => log.list(),
      clearRequests: () => log.clear(),
      fault: (spec) => this.stage.faults.add(spec, clock.now()),
      setKeys: (keys, organization) => void (this.stage.emulator.organization(organization).keys = [...keys]),
      addConnection: (seed = {}) => this.stage.emulator.addConnection(seed),
      updateConnection: (id, seed) => changeConnection(this.stage.emulator, { id, seed }),
      connect: (token, seed = {}) => connectThrough(this.stage.emulator, { token, seed }),
      addModel: (seed = {}) => modelAt(this.stage.emulator.addModel(seed), clock.now()) ?? {},
      addModelSync: (seed = {}) => toEmulatorSync(this.#emulatorNow().addModelSync(seed)),
      addBulkSync: (seed = {}) => toEmulatorSync(this.#emulatorNow().addBulkSync(seed)),
      sync: (id) => toEmulatorSync(this.stage.emulator.findSync(id).sync),
      updateSync: (id, fields) => this.#updateSync(id, fields),
      setIngestion: (id, ingestion) => this.#setIngestion(id, ingestion),
      script: (id, script) => void (this.stage.emulator.findSync(id).sync.script = script),
      scriptNext: (id, ...scripts) => void this.stage.emulator.findSync(id).sync.nextScripts.push(...scripts),
      startRun: (id, run = {}) => this.#startRun(id, run),
      cancelRun: (id) => this.#cancelRun(id),
      reset: (seed) => this.#reset(seed),
      snapshot: () => takeSnapshot({ state: this.#emulatorNow().state, records: this.stage.records }, clock.now()),
      restore: (snapshot) => this.#restore(snapshot),
    };
  }

  /** When something changes next without being asked for; Infinity: nothing does. */
  nextChangeAt(): number {
    return nextChangeAt(this.#emulatorNow(), this.parts.clock.now());
  }

  #makeStage(seed: Seed | undefined): EmulatorContext {
    const emulator = new EmulatorState({ options: this.options, clock: this.parts.clock, seed });
    return { emulator, faults: new Faults(), records: new IdempotencyRecords() };
  }

  /** The emulator with every scheduled run that has come due. */
  #emulatorNow(): EmulatorState {
    startDueRuns(this.stage.emulator, this.parts.clock.now());
    return this.stage.emulator;
  }

  /** Webhooks are told at once, so that no event outlives its retention before that. */
  #advance(ms: number): void {
    this.parts.clock.advance(ms);
    this.parts.sender.look();
  }

  #updateSync(id: string, fields: Readonly<Fields>): void {
    const { organization, sync } = this.#emulatorNow().findSync(id);
    sync.fields = { ...sync.fields, ...fields, id };
    organization.syncs[sync.kind].put(sync);
  }

  #setIngestion(id: string, ingestion: IngestionSeed | null): void {
    const { sync } = this.stage.emulator.findSync(id);
    if (ingestion === null) delete sync.ingestion;
    else sync.ingestion = { ...ingestion, since: this.parts.clock.now() };
  }

  #startRun(id: string, { type = 'manual', script, options }: ForeignRun): string {
    const emulator = this.#emulatorNow();
    const startedBy = type === 'scheduled' ? 'schedule' : 'someone';
    return startRun(emulator, { ...emulator.findSync(id), startedBy, type, script, options }).id;
  }

  #cancelRun(id: string): void {
    const found = this.#emulatorNow().executions.find(({ execution }) => execution.id === id);
    if (found === undefined) throw new RangeError(`no execution has the id ${id}`);
    requestCancel(found.execution, this.parts.clock.now());
  }

  #restore(snapshot: EmulatorSnapshot): void {
    const { clock } = this.parts;
    const { state, records } = readSnapshot(snapshot, clock);
    const emulator = new EmulatorState({ options: this.options, clock, state });
    this.stage = { emulator, faults: this.stage.faults, records };
  }

  #reset(seed: Seed | undefined): void {
    this.parts.log.clear();
    this.stage = this.#makeStage(seed ?? this.options.seed);
  }
}

const toEmulatorSync = ({ kind, id, fields }: Sync): EmulatorSync => ({ kind, id, name: String(fields.name), fields });
