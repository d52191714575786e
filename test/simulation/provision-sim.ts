/**
 * One seed of provisioning: a random spec and random trouble, applied, applied again and destroyed through the real
 * planner, machine and activities, against the emulator, in simulated time.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { ActivityDependencies } from '../../src/activities/dependencies';
import { guarded, type Activity } from '../../src/activities/guarded';
import { createProvisionActivities } from '../../src/activities/provision';
import type { SetRecords } from '../../src/activities/provision/set-records';
import type { DeleteObjectsRequest, PreparedProvision } from '../../src/contracts/provision-activities';
import type { SetRecord } from '../../src/contracts/provision-record';
import type { SyncRunResult } from '../../src/contracts/run-result';
import { createClient } from '../../src/polytomic/client';
import type { RequestSecrets } from '../../src/polytomic/request-secrets';
import { failureDetails, failureMessage } from '../../src/rules/provision/apply-result';
import {
  hasSucceeded,
  lastLoss,
  lastWriteMs,
  neverMade,
  newApplyState,
  ranOnce,
  type ApplyState,
} from '../../src/rules/provision/apply-state';
import {
  afterDeletion,
  areDeleted,
  deletableNow,
  newDeletion,
  type Deletion,
} from '../../src/rules/provision/deletions';
import { destroyTargets } from '../../src/rules/provision/destroy-targets';
import { changeRecord, newSetRecord } from '../../src/rules/provision/set-record';
import { toObjects } from '../../src/rules/provision/to-objects';
import { createEmulator, type InProcessEmulator } from '../../src/testing';
import type { ActivitySource } from '../../src/workflows/provision/activities';
import { carryOut, type ApplySide, type FirstRun } from '../../src/workflows/provision/apply-io';
import { deleteObjects } from '../../src/workflows/provision/delete-io';
import { driveApply } from '../../src/workflows/provision/drive-apply';
import type { Closing } from '../../src/workflows/provision/lock';
import { makePlan, type MadePlan } from '../../src/workflows/provision/make-plan';
import { changedSpec, randomSpec, withFirstRuns, withReplacements, type RandomSpec } from './provision-spec';
import { Random } from './random';
import { SimTime } from './sim-time';

/** Ways to break it, each of which some seed must notice. */
export type Mutation = 'noKey' | 'noLookUp' | 'noIntent' | 'noUndoFirst';

/** What one seed came to; no problems: all guarantees held. */
export interface SeedReport {
  problems: string[];
  outcome: 'applied' | 'failed' | 'cancelled' | 'terminated';
  requests: number;
}

/** Failed attempts are what is simulated. */
const silent = new DefaultLogger('ERROR', () => undefined);

const startAt = Date.parse('2026-01-05T10:00:00Z');
const secret = 's3cr3t-never-shown-anywhere';
const hourMs = 3_600_000;
/** Marks writes of killed workers, so that they are not taken for those of whoever is at work when they arrive. */
const lateHeader = 'x-arrived-late';

/** One activity attempt: once it is killed, nothing of it happens any more. */
interface Attempt {
  name: string;
  isAlive: boolean;
  run: Run;
}

/** One workflow run: terminated, it takes nothing in any more, and its worker is gone too. */
interface Run {
  isAlive: boolean;
}

/** One for all seeds: what happens anywhere is handed to each storage that there ever was, and gets slower with every one. */
const attempts = new AsyncLocalStorage<Attempt>();

/** Runs a seed. */
export async function simulateProvisioning(seed: number, mutation?: Mutation): Promise<SeedReport> {
  const simulation = new ProvisionSimulation(seed, mutation);
  return simulation.run();
}

class ProvisionSimulation {
  readonly #random: Random;
  readonly #time = new SimTime(startAt);
  readonly #emulator: InProcessEmulator;
  readonly #activities: Record<string, Activity<unknown, unknown>>;
  /** Chance of first runs and replacements; the seeds by which mutations are noticed have none, and stay what they were. */
  readonly #more: Random | null;
  /** Chance of writes of killed workers that arrive late. */
  readonly #late: Random | null;
  #spec: RandomSpec;
  /** Of a sync that others edit right before an apply reads it, and what they made of it. */
  #edit: { id: string; mode: string } | null = null;
  #mayEdit = false;
  readonly #problems: string[] = [];
  /** Syncs whose first run had begun, and what they use, were left by an undo. */
  #isLeft = false;
  readonly #mutation: Mutation | undefined;
  #record: SetRecord | null = null;
  #holderHasEnded = false;
  #isTroubled = true;
  #run: Run = { isAlive: true };
  #keys = 0;
  #bell: () => void = () => undefined;
  /** Keys whose recorded outcome is an error, although what they asked for was done. */
  readonly #spoilt = new Set<string>();

  constructor(seed: number, mutation: Mutation | undefined) {
    this.#random = new Random(seed);
    this.#mutation = mutation;
    const spec = randomSpec(this.#random.fork());
    this.#more = mutation === undefined ? new Random(seed + 1_000_000) : null;
    this.#late = mutation === undefined ? new Random(seed + 2_000_000) : null;
    this.#spec = this.#more ? withFirstRuns(spec, this.#more) : spec;
    this.#emulator = createEmulator({
      clock: 'manual',
      startAt,
      idSeed: String(seed),
      durationMs: 60_000,
      jobMs: 5_000,
    } as never);
    const { activities, waits } = createProvisionActivities(this.#dependencies(), this.#records());
    this.#activities = { ...activities, ...waits } as never;
  }

  async run(): Promise<SeedReport> {
    const outcome = await this.#inTime(() => this.#apply());
    this.#isTroubled = false;
    if (outcome === 'applied') await this.#judgeApplied();
    if (outcome === 'terminated') {
      this.#holderHasEnded = true;
      const again = await this.#inTime(() => this.#apply());
      if (again !== 'applied') this.#problems.push(`the apply after a terminated one ended as ${again}`);
      else await this.#judgeApplied();
    }
    if (outcome === 'applied' || outcome === 'terminated') await this.#applyChanges();
    else if (!this.#isLeft) await this.#expectNothing(`after the apply ${outcome}`);
    await this.#inTime(() => this.#destroy());
    await this.#expectNothing('after the destroy');
    return { problems: this.#problems, outcome, requests: this.#emulator.requests().length };
  }

  /** The set as it changes later, under new trouble, while others edit what it is about to write. */
  async #applyChanges(): Promise<void> {
    const spec = changedSpec(this.#spec, this.#random.fork());
    this.#spec = this.#more ? withReplacements(spec, this.#more) : spec;
    this.#isTroubled = true;
    this.#mayEdit = this.#random.chance(0.5);
    const outcome = await this.#inTime(() => this.#apply());
    this.#isTroubled = false;
    this.#mayEdit = false;
    if (this.#edit) await this.#judgeEdit(this.#edit, outcome);
    if (outcome !== 'applied') {
      this.#holderHasEnded = outcome === 'terminated';
      const again = await this.#inTime(() => this.#apply());
      if (again !== 'applied') this.#problems.push(`the apply after changes ${outcome} ended as ${again}`);
    }
    await this.#judgeApplied();
  }

  /** What others made of a sync after the plan is left as it is; only a plan that knows of it may change it. */
  async #judgeEdit({ id, mode }: { id: string; mode: string }, outcome: SeedReport['outcome']): Promise<void> {
    const found = (await this.#listed('/api/bulk/syncs')).find((one) => one.id === id);
    if (found?.mode !== mode) this.#problems.push(`an edit of others was overwritten: ${String(found?.mode)}`);
    if (outcome === 'applied') this.#problems.push('an apply went on over an edit of others');
  }

  /** Lets simulated time pass until the work has ended. */
  async #inTime<T>(work: () => Promise<T>): Promise<T> {
    let end: { value: T } | { error: unknown } | undefined;
    work().then(
      (value) => (end = { value }),
      (error: unknown) => (end = { error }),
    );
    const passed = await this.#time.run(() => end !== undefined, startAt + 90 * 24 * hourMs);
    if (!end) throw new Error(`it hung (${passed})`);
    if ('error' in end) throw end.error;
    return end.value;
  }

  async #apply(): Promise<SeedReport['outcome']> {
    const cancelAt = this.#isTroubled && this.#random.chance(0.25) ? this.#random.spread(1_000, 600_000) : null;
    const terminateAt = this.#isTroubled && this.#random.chance(0.25) ? this.#random.spread(500, 120_000) : null;
    const run = { isAlive: true };
    this.#run = run;
    const terminated = new Promise<'terminated'>((resolve) => {
      if (terminateAt !== null) this.#time.setTimer(terminateAt, () => resolve('terminated'));
    });
    const outcome = await Promise.race([terminated, this.#applyToEnd(cancelAt)]);
    run.isAlive = false;
    this.#run = { isAlive: true };
    return outcome;
  }

  async #applyToEnd(cancelAt: number | null): Promise<SeedReport['outcome']> {
    const run = this.#run;
    const token = `token-${this.#keys++}`;
    const record = await this.#acquire(token);
    const made = await this.#plan(record);
    const blocked = made.plan.changes.filter(({ action }) => action === 'blocked');
    if (blocked.length > 0) throw new Error(`blocked: ${blocked.map(({ reason }) => reason).join('; ')}`);
    const objects = toObjects(this.#spec.spec);
    const begin = newApplyState({ objects, ...made, rollback: true, maxConcurrent: this.#random.int(1, 10) });
    const side: ApplySide = {
      activity: this.#source(),
      drawKey: () => `key-${this.#keys++}-${'x'.repeat(8)}`,
      run: (_kind, input) => this.#runFirst(run, input),
      reportConsent: () => undefined,
    };
    const io = {
      prepared: this.#prepared(),
      objects: new Map(objects.map((one) => [one.address, one])),
      token,
      serverTime: made.serverTime,
      side,
    };
    const ended = await driveApply(
      {
        now: () => this.#time.now(),
        carryOut: (state, command) => {
          const events = carryOut(io, state, command);
          for (const event of events) void event.then(() => queueMicrotask(() => this.#bell()));
          return { events, abandon: () => undefined };
        },
        until: (isReady, at) => this.#until(isReady, at),
        onCancel: (listener) =>
          void (cancelAt !== null && this.#time.setTimer(cancelAt, () => (listener(), this.#bell()))),
        onState: () => undefined,
        isFull: () => false,
      },
      begin,
      this.#time.now() + 7 * 24 * hourMs,
    );
    // A terminated workflow has no end of its own; a cancellation that was under way reaches nobody.
    if (!run.isAlive) return new Promise(() => undefined);
    const lostAt = lastLoss(ended);
    await this.#release(token, {
      ran: ranOnce(ended),
      unmade: neverMade(ended),
      ...(lostAt !== null && { lostAt: new Date(lostAt).toISOString() }),
    });
    return this.#outcomeOf(ended);
  }

  /** The run of a sync, as the engine would start and await it; that it starts one only once is proved elsewhere. */
  async #runFirst(run: Run, { syncId, executionId }: FirstRun): Promise<SyncRunResult> {
    const passing = async (ms: number): Promise<void> => {
      await this.#time.sleep(ms);
      if (!run.isAlive) await new Promise(() => undefined);
      this.#emulator.clock.advance(Math.max(0, this.#time.now() - this.#emulator.clock.now()));
    };
    await passing(100);
    const id = executionId ?? this.#emulator.startRun(syncId);
    const hasEnded = (): boolean =>
      this.#emulator
        .executions()
        .some((one) => one.id === id && one.completedAt !== null && one.completedAt !== undefined);
    while (!hasEnded()) await passing(10_000);
    return { executionId: id, outcome: 'completed', reason: null, errors: [] } as unknown as SyncRunResult;
  }

  #outcomeOf(ended: ApplyState): SeedReport['outcome'] {
    if (hasSucceeded(ended)) return 'applied';
    const failure = failureDetails(ended, { organization: 'default', set: 'default' });
    const { left } = failure;
    this.#isLeft = left.some(({ reason }) => reason === 'its first run has begun');
    // By a sync that was left, or by a present object that refers to the new one of a replacement already.
    const mayBeUsed = this.#isLeft || Object.values(ended.entries).some(({ replaces }) => replaces !== null);
    const mayBeLeft = (reason: string): boolean =>
      reason === 'its first run has begun' || (mayBeUsed && reason.startsWith('is in use by'));
    for (const { address, reason, before } of left)
      if (!before && !mayBeLeft(reason ?? '')) this.#problems.push(`${address} was left: ${reason}`);
    if (!this.#isTroubled) this.#problems.push(`it failed without trouble: ${failureMessage(failure)}`);
    return ended.stopping === 'cancelled' ? 'cancelled' : 'failed';
  }

  /** Until something happened, which rings the bell, or that time. */
  async #until(isReady: () => boolean, at: number | null): Promise<void> {
    while (!isReady() && (at === null || this.#time.now() < at)) {
      await new Promise<void>((resolve) => {
        const cancelTimer =
          at === null ? () => undefined : this.#time.setTimer(at - this.#time.now(), () => this.#bell());
        this.#bell = () => {
          cancelTimer();
          resolve();
        };
      });
    }
  }

  async #judgeApplied(): Promise<void> {
    // What killed workers sent has arrived by then.
    if (this.#late) await this.#inTime(() => this.#time.sleep(lastWriteMs));
    const before = this.#writes();
    const again = await this.#inTime(() => this.#applyToEnd(null));
    if (again !== 'applied') this.#problems.push(`the second apply ended as ${again}`);
    const written = this.#writes().slice(before.length);
    if (written.length > 0) this.#problems.push(`the second apply wrote: ${written.join(', ')}`);
    for (const { path, name, active, runs } of this.#spec.expected) {
      const found = (await this.#listed(path)).filter((one) => one.name === name);
      if (found.length !== 1) this.#problems.push(`${found.length} objects named "${name}"`);
      if (active !== null && found[0]?.active !== active)
        this.#problems.push(`"${name}" is ${found[0]?.active ? '' : 'in'}active`);
      const executions = this.#emulator.executions().filter(({ syncId }) => syncId === found[0]?.id).length;
      if (executions !== (runs ? 1 : 0)) this.#problems.push(`"${name}" ran ${executions} times`);
    }
    const { plan } = await this.#inTime(() => this.#plan(this.#record));
    if (!plan.empty)
      this.#problems.push(
        `the plan is not empty: ${JSON.stringify(plan.changes.filter(({ action }) => action !== 'unchanged'))}`,
      );
  }

  async #expectNothing(when: string): Promise<void> {
    for (const { path, name } of this.#spec.expected) {
      const found = (await this.#listed(path)).filter((one) => one.name === name);
      if (found.length > 0) this.#problems.push(`${when}: ${found.length} objects named "${name}"`);
    }
  }

  async #destroy(): Promise<void> {
    const token = `token-${this.#keys++}`;
    this.#holderHasEnded = true;
    const record = await this.#acquire(token);
    const objects = toObjects(this.#spec.spec);
    let deletions: Deletion[] = destroyTargets(objects, record, []).targets.map((target) => newDeletion(target));
    const after = new Map(objects.map((object) => [object.address, object.after]));
    while (!areDeleted(deletions)) {
      const due = new Set(deletableNow(deletions, { after, now: this.#time.now(), limit: 10 }));
      deletions = deletions.map((one): Deletion => (due.has(one.key) ? { ...one, status: 'deleting' } : one));
      const taken = deletions.filter(({ key }) => due.has(key));
      const { results } = await deleteObjects(this.#prepared(), {
        token,
        why: 'destroy',
        all: deletions,
        deletions: taken,
        activity: this.#source(),
      });
      const facts = { now: this.#time.now(), deadline: Number.POSITIVE_INFINITY };
      deletions = deletions.map((one) => (due.has(one.key) ? afterDeletion(one, results?.[one.key], facts) : one));
      await this.#time.sleep(1_000);
    }
    await this.#release(token, {});
  }

  #plan(record: SetRecord | null): Promise<MadePlan> {
    return makePlan({
      prepared: this.#prepared(),
      spec: this.#spec.spec,
      objects: toObjects(this.#spec.spec),
      record,
      activity: this.#source(),
    });
  }

  #date(): string {
    return new Date(this.#time.now()).toISOString();
  }

  #prepared(): PreparedProvision {
    return { organization: 'default', set: 'default', specHash: 'h', prune: false, notify: [], setup: {} } as never;
  }

  async #acquire(token: string): Promise<SetRecord> {
    const holder = { token, workflowId: 'w', runId: 'r', specHash: 'h', mode: 'apply' as const, since: '' };
    const answer = await this.#source()('acquireSet', '')({ organization: 'default', set: 'default', holder });
    if (answer.state !== 'ok') throw new Error('the lock was busy');
    this.#holderHasEnded = false;
    if (answer.takenOver || answer.lostAt !== null) {
      const endsAt = (answer.lostAt === null ? this.#time.now() : Date.parse(answer.lostAt)) + lastWriteMs;
      await this.#time.sleep(Math.max(0, endsAt - this.#time.now()));
    }
    return answer.record;
  }

  async #release(token: string, closing: Partial<Closing>): Promise<void> {
    const message = {
      type: 'release',
      token,
      ...closing,
      outcome: { token, result: null, failure: null },
      at: this.#date(),
    } as const;
    await this.#source()('changeSet', '')({ organization: 'default', set: 'default', message });
  }

  /** Activities as Temporal would run them: reads are repeated, writes are lost with their worker. */
  #source(): ActivitySource {
    const run = this.#run;
    return ((name: string) => async (input: unknown) => {
      const isWrite = ['applyObjects', 'activateSyncs', 'deleteObjects'].includes(name);
      for (;;) {
        const end = await this.#attempt(run, name, input);
        if (!run.isAlive) await new Promise(() => undefined);
        if ('result' in end) {
          this.#checkPayload(end.result);
          return end.result;
        }
        if (isWrite || (end.error as { nonRetryable?: boolean } | null)?.nonRetryable)
          throw end.error instanceof Error ? end.error : new Error('lost');
        await this.#time.sleep(2_000);
      }
    }) as ActivitySource;
  }

  async #attempt(run: Run, name: string, input: unknown): Promise<{ result: unknown } | { error: unknown }> {
    this.#checkPayload(input);
    const attempt: Attempt = { name, isAlive: true, run };
    const now = this.#time.now();
    const info = { scheduledTimestampMs: now, currentAttemptScheduledTimestampMs: now };
    const environment = new MockActivityEnvironment(info, { logger: silent });
    const activity = this.#activities[name];
    if (!activity) throw new Error(`there is no activity ${name}`);
    if (this.#mutation === 'noUndoFirst' && name === 'deleteObjects') input = onlyKnown(input as DeleteObjectsRequest);
    const ended = attempts.run(attempt, () => environment.run(guarded(name, activity), structuredClone(input)));
    const killAfter = this.#isTroubled && this.#random.chance(0.08) ? this.#random.spread(1, 2_000) : null;
    const lost = new Promise<{ error: unknown }>((resolve) => {
      if (killAfter === null) return;
      this.#time.setTimer(killAfter, () => {
        attempt.isAlive = false;
        this.#time.setTimer(20_000, () => resolve({ error: null }));
      });
    });
    const result = ended.then(
      (value) => (attempt.isAlive ? { result: value } : new Promise<never>(() => undefined)),
      (error: unknown) => (attempt.isAlive ? { error } : new Promise<never>(() => undefined)),
    );
    return Promise.race([result, lost]);
  }

  #checkPayload(value: unknown): void {
    if (JSON.stringify(value ?? null).includes(secret)) this.#problems.push('a payload holds the secret');
  }

  /** A killed attempt, and one of a terminated workflow whose worker went with it, does nothing any more. */
  async #pass(): Promise<void> {
    const attempt = attempts.getStore();
    if (attempt && !(attempt.isAlive && attempt.run.isAlive)) await new Promise(() => undefined);
  }

  /** Temporal may not answer for a while. */
  #reachRecord(): void {
    if (this.#isTroubled && this.#random.chance(0.05))
      throw ApplicationFailure.create({ type: 'polytomic.Unavailable', message: 'the record did not answer' });
  }

  #records(): SetRecords {
    return {
      read: async () => {
        await this.#pass();
        this.#reachRecord();
        return this.#record;
      },
      change: async (_ref, message) => {
        await this.#pass();
        this.#reachRecord();
        const taken =
          this.#mutation === 'noIntent' && message.type === 'intend' ? { ...message, intents: {} } : message;
        const { record, answer } = changeRecord(this.#record ?? newSetRecord('default', 'default'), taken);
        this.#record = record;
        await this.#time.sleep(this.#random.int(1, 20));
        await this.#pass();
        return answer;
      },
      endOfRecord: async () => null,
      endOf: async () => (this.#holderHasEnded ? { at: this.#date() } : undefined),
      async *claims() {},
    };
  }

  #dependencies(): ActivityDependencies {
    const requestSecrets: RequestSecrets = {
      open: async (_row, input) => {
        const opened = JSON.stringify(input).replaceAll(
          /\{"\$env":"PASSWORD","version":\d+\}/g,
          JSON.stringify(secret),
        );
        return { input: JSON.parse(opened) as typeof input, secrets: [secret], fields: [] };
      },
    };
    const clock = this.#time.machineClock(this.#random.fork(), {
      offsetMs: 0,
      process: { isAlive: true, stalledUntil: 0 },
    });
    const client = createClient({
      apiKey: this.#emulator.apiKey,
      url: 'https://polytomic.invalid',
      clock,
      requestSecrets,
      fetch: (url: string, init: never) => this.#fetch(url, init),
    } as never);
    return {
      organizations: new Map([['default', { name: 'default', client, allows: () => true, requestsPerMinute: 600 }]]),
      setup: { waitTaskQueue: null, heartbeatTimeoutMs: 75_000, cancelTimeoutMs: 60_000 },
      notify: new Map(),
      resolveSecrets: async (request: Record<string, unknown>) =>
        JSON.parse(JSON.stringify(request).replaceAll('{"$env":"PASSWORD"}', JSON.stringify(secret))) as Record<
          string,
          unknown
        >,
      log: { info: () => undefined, warn: () => undefined },
    } as never;
  }

  async #fetch(
    url: string,
    init: { method: string; headers: Record<string, string>; body?: string; signal?: AbortSignal },
  ): Promise<Response> {
    await this.#pass();
    const headers = { ...init.headers };
    if (this.#mutation === 'noKey') delete headers['Idempotency-Key'];
    await this.#time.sleep(this.#random.int(5, 200));
    await this.#arriveLate(url, { ...init, headers });
    await this.#pass();
    this.#emulator.clock.advance(Math.max(0, this.#time.now() - this.#emulator.clock.now()));
    this.#editBefore(init.method, new URL(url).pathname);
    const trouble = this.#isTroubled ? this.#trouble(init.method) : null;
    const key = headers['Idempotency-Key'] ?? '';
    if (this.#spoilt.has(key)) return recordedError();
    const isCreate = init.method === 'POST' && createPaths.includes(new URL(url).pathname);
    const isSpoilt = isCreate && this.#isTroubled && this.#random.chance(0.15);
    if (trouble === 'before') throw reset();
    if (trouble === 429) return refusal(429, { 'Retry-After': '2' });
    if (trouble === 503) return refusal(503, {});
    const answer = await this.#emulator.fetch(url, { ...init, headers });
    await this.#time.sleep(this.#random.int(5, 200));
    await this.#pass();
    if (isSpoilt) {
      if (key !== '') this.#spoilt.add(key);
      return recordedError();
    }
    if (trouble === 'after') throw reset();
    if (trouble === 502) return refusal(502, {});
    return this.#mutation === 'noLookUp' && init.method === 'GET' && this.#isTroubled ? emptied(answer, url) : answer;
  }

  /** What a worker sent right before it was killed may stay on its way for as long as a request may take. */
  async #arriveLate(url: string, init: { method: string; headers: Record<string, string> }): Promise<void> {
    const attempt = attempts.getStore();
    if (!attempt || (attempt.isAlive && attempt.run.isAlive) || init.method === 'GET') return;
    if (!this.#late?.chance(0.5)) return;
    await this.#time.sleep(this.#late.int(1, 55_000));
    this.#emulator.clock.advance(Math.max(0, this.#time.now() - this.#emulator.clock.now()));
    await this.#emulator.fetch(url, { ...init, headers: { ...init.headers, [lateHeader]: '1' } });
  }

  /** Others come between the plan and the reading right before a write: once, and never in the middle of a write. */
  #editBefore(method: string, path: string): void {
    const id = /^\/api\/bulk\/syncs\/([^/]+)$/.exec(path)?.[1];
    if (!this.#mayEdit || this.#edit || method !== 'GET' || !id) return;
    if (attempts.getStore()?.name !== 'applyObjects' || !this.#random.chance(0.5)) return;
    this.#edit = { id, mode: 'snapshot' };
    this.#emulator.updateSync(id, { mode: 'snapshot' });
  }

  #trouble(method: string): 'before' | 'after' | 429 | 502 | 503 | null {
    if (!this.#random.chance(method === 'GET' ? 0.05 : 0.2)) return null;
    return this.#random.pick(['before', 'after', 'after', 429, 502, 503] as const);
  }

  /** All objects of a kind, read past all trouble. */
  async #listed(path: string): Promise<Record<string, unknown>[]> {
    const found: Record<string, unknown>[] = [];
    for (let token = ''; ;) {
      const query = token === '' ? '' : `?page_token=${token}`;
      const headers = { authorization: `Bearer ${this.#emulator.apiKey}` };
      const { body } = await this.#emulator.handle({ url: `${path}${query}`, headers });
      const page = JSON.parse(body) as {
        data: Record<string, unknown>[] | null;
        pagination?: { next_page_token?: string };
      };
      found.push(...(page.data ?? []));
      token = page.pagination?.next_page_token ?? '';
      if (token === '') return found;
    }
  }

  #writes(): string[] {
    return this.#emulator
      .requests()
      .filter(
        ({ method, path, headers }) => method !== 'GET' && path !== '/api/connections/test' && !headers[lateHeader],
      )
      .map(({ method, path, body }) => `${method} ${path} ${JSON.stringify(body)}`.slice(0, 300));
  }
}

/** Only what an answer told of is undone. */
const onlyKnown = (request: DeleteObjectsRequest): DeleteObjectsRequest => ({
  ...request,
  items: request.items.map((item) => (item.id === null ? { ...item, address: `${item.address} (unknown)` } : item)),
});

function reset(): Error {
  return Object.assign(new Error('reset'), { code: 'ECONNRESET' });
}

const createPaths = ['/api/connections', '/api/models', '/api/syncs', '/api/bulk/syncs'];

/** The API records the first outcome of a key for a day, errors too. */
function recordedError(): Response {
  const headers = { 'Content-Type': 'application/json', 'X-Polytomic-Version': '2025-09-18' };
  return new Response('{"message":"internal error","status":500}', { status: 500, headers });
}

function refusal(status: number, headers: Record<string, string>): Response {
  return new Response('<html>trouble</html>', { status, headers: { 'Content-Type': 'text/html', ...headers } });
}

/** A list that shows nothing: a look-up that does not look. */
async function emptied(answer: Response, url: string): Promise<Response> {
  const { pathname } = new URL(url);
  const isList = ['/api/connections', '/api/models', '/api/syncs', '/api/bulk/syncs'].includes(pathname);
  return isList
    ? new Response('{"data":[]}', { status: 200, headers: Object.fromEntries(answer.headers.entries()) })
    : answer;
}
