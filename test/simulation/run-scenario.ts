/** Plays one scenario: the engine on a simulated Temporal, over the real activities and client, on the emulator. */
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { PreparedAwaitSync } from '../../src/contracts/await-sync';
import type { PreparedRuns } from '../../src/contracts/prepared-runs';
import type { FanOutResult, PipelineResult } from '../../src/contracts/fan-out-result';
import type { SyncRunResult } from '../../src/contracts/run-result';
import type { ExecutionRecord, LoggedRequest } from '../../src/testing';
import { readOptions } from '../../src/workflows/engine/activity-options';
import { beginAwait, beginMany, beginRun } from '../../src/workflows/engine/begin';
import { forgetPending, fromArguments, toArguments } from '../../src/workflows/engine/carry';
import type { Command, CommandError, LogLine } from '../../src/workflows/engine/commands';
import { drive, type Drive } from '../../src/workflows/engine/drive';
import { endUnadmitted } from '../../src/workflows/engine/ends';
import { isParked } from '../../src/workflows/engine/job';
import { checkSkip, takeJobs } from '../../src/workflows/engine/queue';
import { fanOutResult, pipelineResult, singleResult } from '../../src/workflows/engine/results';
import { jobsOf, maxConcurrentOf, newWishes, timeoutAtOf, type EngineState } from '../../src/workflows/engine/state';
import { busyName } from './obstacles';
import { Random } from './random';
import type { Incident, Scenario, Stalls } from './scenario';
import { SimTemporal, toOptions, type SimWorker, type TemporalLedger } from './sim-temporal';
import { OptionStrikes } from './option-strikes';
import type { IngestionSeed, MomentName } from './run-options';
import { resultsOf } from './results';
import { SimTime, startOfTime } from './sim-time';
import { stagesOf, Strikes } from './strikes';
import { createSimWorker, SimPolytomic, simulatedKey, type RunCounts } from './world';

/** How the workflow ended. */
export type StoryEnd =
  | { type: 'result'; result: SyncRunResult | FanOutResult | PipelineResult }
  | { type: 'failure'; failureType: string; details: unknown }
  | { type: 'canceled' }
  | { type: 'never' };

/** Everything that the judge looks at. */
export interface Story {
  scenario: Scenario;
  end: StoryEnd;
  /** Times are milliseconds since the epoch. */
  beganAt: number;
  endedAt: number;
  executions: ExecutionRecord[];
  /** What the API tells of the records of runs that have ended, by id; only where options of runs were drawn. */
  counts: ReadonlyMap<string, RunCounts>;
  requests: LoggedRequest[];
  temporal: TemporalLedger;
  undelivered: SimPolytomic['undelivered'];
  state: EngineState | null;
  log: LogLine[];
  strikes: Strikes;
  seen: Seen;
}

/** What was seen of the engine from outside, step by step. */
export interface Seen {
  /** Starts that were certain not to have begun and were posted while the workflow was paused. */
  startedWhilePaused: number;
  /** Jobs at once, and how many there might have been at most. */
  mostJobs: number;
  mostWanted: number;
  /** When first tries were scheduled, and how many. */
  firstTries: { at: number; count: number }[];
  /** When nothing but notifications was left; null: never. */
  idleAt: number | null;
  /** When time was up, as last changed; null: it never began. */
  timeoutAt: number | null;
  /** When the user cancelled; null: never. */
  cancelledAt: number | null;
  /** The last thing that others or the user did. */
  lastActAt: number;
  deleted: string[];
}

const longestMs = 9 * 86_400_000;

/** Plays it to its end. */
export async function playScenario(scenario: Scenario): Promise<Story> {
  const stage = new Stage(scenario);
  return stage.play();
}

class Stage {
  readonly random: Random;
  readonly time: SimTime;
  readonly strikes: Strikes;
  readonly seen: Seen = {
    startedWhilePaused: 0,
    mostJobs: 0,
    mostWanted: 0,
    firstTries: [],
    idleAt: null,
    timeoutAt: null,
    cancelledAt: null,
    lastActAt: startOfTime,
    deleted: [],
  };
  readonly options: OptionStrikes;
  readonly polytomic: SimPolytomic;
  readonly temporal: SimTemporal;
  readonly log: LogLine[] = [];
  readonly wishes = newWishes();
  state: EngineState | null = null;
  running: Drive | null = null;
  #cancelListeners: (() => void)[] = [];
  #isCancelled = false;
  #isDeployed = false;
  #mustContinue = false;
  readonly #moments = new Set<MomentName>();
  #scheduledRuns = 0;
  #workerCount = 0;

  constructor(readonly scenario: Scenario) {
    this.random = new Random(scenario.seed ^ 0x5bd1e995);
    this.time = new SimTime(startOfTime, scenario.temporalAheadMs);
    const { polytomic: seed, behaviour } = scenario;
    const idSeed = String(scenario.seed);
    this.strikes = new Strikes(
      () => this.time.now(),
      () => stagesOf(this.state),
    );
    const { strikes } = this;
    this.options = new OptionStrikes(strikes, (when, syncId) => this.#meet(when, syncId));
    this.polytomic = new SimPolytomic(this.time, this.random.fork(), { seed, idSeed, behaviour, strikes });
    this.temporal = new SimTemporal(this.time, this.random.fork(), `simulation-${scenario.seed}`, [simulatedKey]);
    for (const { clockOffsetMs } of scenario.workers) this.#addWorker(clockOffsetMs);
  }

  async play(): Promise<Story> {
    let end: StoryEnd | null = null;
    for (const incident of this.scenario.incidents) {
      this.time.setTimer(incident.at, () => {
        if (end === null) this.#happen(incident);
      });
    }
    const { stalls, extra, obstacles } = this.scenario;
    if (stalls) this.time.setTimer(stalls.from, () => this.#stall(stalls, () => end !== null));
    const { ingestion } = extra ?? {};
    if (ingestion && ingestion.from > 0) this.time.setTimer(ingestion.from, () => this.#mendIngestion(ingestion.then));
    for (const one of obstacles?.unread ?? []) this.time.setTimer(one.from, () => this.polytomic.injectUnread(one));
    for (const { syncId, from } of obstacles?.busy ?? []) {
      this.time.setTimer(from, () => void this.polytomic.emulator.startRun(syncId, { type: 'scheduled', options: {} }));
    }
    let endedAt = 0;
    const workflow = this.#runWorkflow().then((how) => {
      end = how;
      endedAt = this.time.now();
      this.options.noteResults(resultsOf(how));
    });
    workflow.catch(() => undefined);
    let problem: unknown;
    workflow.catch((error: unknown) => (problem = error));
    await this.time.run(() => end !== null || problem !== undefined, startOfTime + longestMs);
    if (problem !== undefined) throw problem instanceof Error ? problem : new Error(JSON.stringify(problem));
    // Whatever the workflow left goes on for a while: what it started is to be known.
    await this.time.run(() => false, this.time.now() + 20 * 60_000);
    const { emulator } = this.polytomic;
    const [executions, requests] = [emulator.executions(), emulator.requests()];
    return {
      scenario: this.scenario,
      end: end ?? { type: 'never' },
      beganAt: startOfTime,
      endedAt,
      executions,
      requests,
      counts: this.scenario.extra ? await this.polytomic.readCounts(executions) : new Map(),
      temporal: this.temporal.ledger,
      undelivered: this.polytomic.undelivered,
      state: this.state,
      log: this.log,
      strikes: this.strikes,
      seen: this.seen,
    };
  }

  async #runWorkflow(): Promise<StoryEnd> {
    try {
      this.state = await this.#begin();
    } catch (error) {
      if (this.#isCancelled) return { type: 'canceled' };
      const { failureType, message } = error as CommandError;
      return { type: 'failure', failureType: failureType ?? message, details: null };
    }
    if (this.scenario.hasStranger) this.#addStranger();
    const state = await this.#drive(this.state);
    try {
      return { type: 'result', result: this.#resultOf(state) };
    } catch (error) {
      if (error instanceof CancelledFailure) return { type: 'canceled' };
      if (!(error instanceof ApplicationFailure)) throw error;
      return { type: 'failure', failureType: error.type ?? '', details: error.details?.[0] };
    }
  }

  async #begin(): Promise<EngineState> {
    const { workflow, input } = this.scenario;
    const beginning = { base: `base-${this.scenario.seed}`, began: this.time.temporalNow(), wishes: this.wishes };
    const options = toOptions(readOptions);
    if (workflow === 'awaitSync') {
      const request = { input, beganAt: new Date(this.time.temporalNow()).toISOString() };
      const prepared = (await this.temporal.perform(
        'polytomic.prepareAwaitSync',
        request,
        options,
      )) as PreparedAwaitSync;
      return beginAwait(prepared, { ...beginning, waitBegan: beginning.began }, this.time.temporalNow());
    }
    const prepared = (await this.temporal.perform(
      'polytomic.prepareRuns',
      { workflow, input },
      options,
    )) as PreparedRuns;
    return prepared.fanOut || prepared.steps
      ? beginMany(prepared, beginning, this.time.temporalNow())
      : beginRun(prepared, beginning, this.time.temporalNow());
  }

  async #drive(first: EngineState): Promise<EngineState> {
    let state = first;
    let limit = this.scenario.historyLimit;
    for (let run = 1; ; run++) {
      const runId = `run-${run}`;
      this.state = state;
      this.#cancelListeners = [];
      const io = this.temporal.io({
        runId,
        historyLimit: limit,
        onCancel: (listener) => {
          if (this.#isCancelled) listener();
          else this.#cancelListeners.push(listener);
        },
        onStep: (stepped) => this.#look(stepped),
        onLog: (line) => {
          this.log.push(line);
          this.options.noteLine(line, this.time.now());
        },
      });
      this.running = drive(state, {
        ...io,
        run: (command) => this.#note(command, io.run(command)),
        shouldLeave: (current) =>
          io.shouldLeave(current) || this.#mustContinue || (this.#isDeployed && current.mode === 'many'),
      });
      const end = await this.running.end;
      if (end === 'done') return state;
      this.#isDeployed = false;
      this.#mustContinue = false;
      const next = toArguments(state, runId);
      if (next === null) {
        limit = null;
        forgetPending(state);
        continue;
      }
      this.temporal.ledger.continued += 1;
      this.options.noteContinued(state);
      const carried = JSON.parse(JSON.stringify(next)) as unknown[];
      const restored = fromArguments(this.scenario.input, carried, runId);
      if (!restored) throw new Error('what was carried along was not taken');
      state = restored;
    }
  }

  #resultOf(state: EngineState): SyncRunResult | FanOutResult | PipelineResult {
    if (state.mode === 'single') return singleResult(state);
    return state.queue.type === 'graph' ? pipelineResult(state) : fanOutResult(state);
  }

  /** What the engine wants to begin. */
  #note<T>(command: Command, running: T): T {
    const { state, seen } = this;
    this.options.noteCommand(command);
    if (this.scenario.temporalAheadMs !== undefined) this.strikes.noteLasting("Temporal's clock differs");
    if (command.type !== 'start' || !state) return running;
    const { items } = command.request;
    const certain = items.filter(({ key, windows }) => key !== null && windows.length === 0);
    if (state.wishes.paused) seen.startedWhilePaused += items.filter(({ key }) => key !== null).length;
    const isFirst = state.pending[command.id]?.isFirstTry === true;
    if (isFirst) seen.firstTries.push({ at: this.time.now(), count: certain.length });
    return running;
  }

  /** What the engine has become. */
  #look(state: EngineState): void {
    const { seen, scenario } = this;
    seen.mostJobs = Math.max(seen.mostJobs, jobsOf(state).filter((job) => !isParked(job)).length);
    seen.mostWanted = Math.max(seen.mostWanted, maxConcurrentOf(state));
    if (state.flushUntil !== null) seen.idleAt ??= this.time.now();
    seen.timeoutAt = timeoutAtOf(state) - this.time.temporalAheadMs;
    this.options.noteState(state);
    const { maxConcurrentPerConnection: most } = state.settings.limits;
    if (scenario.obstacles && most !== null && Object.values(state.others).some((count) => count >= most)) {
      this.strikes.noteLasting(busyName);
    }
    if (scenario.everyMs === null) return;
    const scheduled = this.polytomic.emulator.executions().filter(({ startedBy }) => startedBy === 'schedule').length;
    if (scheduled > this.#scheduledRuns) this.strikes.noteLasting('a schedule started a run');
    this.#scheduledRuns = scheduled;
  }

  #addWorker(clockOffsetMs: number): SimWorker {
    this.#workerCount += 1;
    const name = `worker-${this.#workerCount}`;
    const worker = createSimWorker(this.polytomic, {
      name,
      clockOffsetMs,
      random: this.random.fork(),
      notify: this.scenario.notify,
    });
    this.temporal.workers.push(worker);
    return worker;
  }

  /** A worker that knows only another organization takes tasks like all others. */
  #addStranger(): void {
    const { notify, seed } = this.scenario;
    // Of its own chance, so that nothing else of the story changes.
    const random = new Random(seed ^ 0x2545f491);
    const options = { name: 'stranger', clockOffsetMs: 0, random, notify, organization: 'another' };
    const stranger = createSimWorker(this.polytomic, options);
    const activity = stranger.activity.bind(stranger);
    const take = (name: string): ReturnType<typeof activity> => {
      this.strikes.noteLasting('a worker did not know the organization');
      return activity(name);
    };
    this.temporal.workers.push(Object.assign(stranger, { activity: take }));
  }

  /** Workers stand still again and again. */
  #stall({ forMs, everyMs, longestMs, areTogether }: Stalls, isOver: () => boolean): void {
    // Of its own chance, so that nothing else of the story changes.
    const random = new Random(this.scenario.seed ^ 0x1b56c4e9);
    const until = this.time.now() + forMs;
    const stall = (): void => {
      const alive = this.temporal.workers.filter(({ isAlive }) => isAlive);
      if (isOver() || this.time.now() > until) return;
      const stalledMs = random.spread(50, longestMs);
      for (const worker of areTogether || alive.length === 0 ? alive : [random.pick(alive)]) {
        if (this.temporal.isBusy(worker)) this.strikes.note('a worker stalled');
        worker.stalledUntil = this.time.now() + stalledMs;
      }
      this.time.setTimer(stalledMs + random.int(1, everyMs), stall);
    };
    stall();
  }

  #happen({ name, what }: Incident): void {
    if (what.type === 'fault') return this.polytomic.inject(name, what.spec);
    this.seen.lastActAt = this.time.now();
    const strike = (): void => this.strikes.note(name);
    switch (what.type) {
      case 'othersStart':
        return this.#othersStart(what.sync, what.options, strike);
      case 'othersCancel':
        return this.#othersCancel(what.sync, strike);
      case 'othersEdit':
      case 'othersDelete':
        return this.#othersChange(what, strike);
      case 'crash':
        strike();
        return this.#replaceWorker((worker) => this.temporal.kill(worker), this.random.spread(100, 60_000));
      case 'stop':
        strike();
        return this.#replaceWorker((worker) => this.temporal.stop(worker), 100);
      case 'deploy':
        strike();
        this.#isDeployed = true;
        for (let left = this.temporal.workers.length; left > 0; left--) {
          this.#replaceWorker((worker) => this.temporal.stop(worker), 100);
        }
        return this.#wake();
      case 'allAway':
        strike();
        for (const worker of this.temporal.workers) this.temporal.kill(worker);
        this.time.setTimer(what.forMs, () => void this.#addWorker(0));
        return;
      case 'cancel':
        strike();
        this.#isCancelled = true;
        this.seen.cancelledAt ??= this.time.now();
        for (const listener of this.#cancelListeners.splice(0)) listener();
        return;
      case 'continueAsNew':
        strike();
        this.#mustContinue = true;
        return this.#wake();
      case 'changeTimeout':
        // As the update's validator: once the time is up it is too late.
        if (this.state?.closing) return;
        strike();
        this.wishesNow().timeoutAt = this.time.temporalNow() + what.inMs;
        return this.#wake();
      case 'pause':
      case 'resume':
        strike();
        this.wishesNow().paused = what.type === 'pause';
        return this.#wake();
      case 'setConcurrency':
        strike();
        this.wishesNow().maxConcurrent = what.count;
        return this.#wake();
      case 'skip':
        return this.#skip(what.sync, strike);
    }
  }

  /** The engine has come to something, about this sync, for the first time. */
  #meet(when: MomentName, syncId: string): void {
    if (this.#moments.has(when)) return;
    this.#moments.add(when);
    const sync = Math.max(
      0,
      this.scenario.syncs.findIndex(({ id }) => id === syncId),
    );
    for (const { name, what, ...moment } of this.scenario.extra?.moments ?? []) {
      if (moment.when !== when) continue;
      const about = what.type === 'othersStart' || what.type === 'othersCancel' ? { ...what, sync } : what;
      this.time.setTimer(0, () => this.#happen({ at: this.time.now() - startOfTime, name, what: about }));
    }
  }

  #mendIngestion(ingestion: IngestionSeed): void {
    const [sync] = this.scenario.syncs;
    if (!sync || this.seen.deleted.includes(sync.id)) return;
    this.seen.lastActAt = this.time.now();
    this.strikes.note('an ingestion came to work');
    this.polytomic.emulator.setIngestion(sync.id, ingestion);
  }

  wishesNow(): EngineState['wishes'] {
    return this.state?.wishes ?? this.wishes;
  }

  #wake(): void {
    this.running?.wake();
    this.temporal.wakeEngines();
  }

  #skip(at: number, strike: () => void): void {
    const { state } = this;
    if (!state) return;
    const id = this.scenario.workflow === 'runSyncPipeline' ? `step-${at}` : this.scenario.syncs[at]?.id;
    try {
      checkSkip(state, id);
    } catch {
      return;
    }
    strike();
    const [job] = takeJobs(state, [id], this.time.temporalNow());
    if (job) endUnadmitted(state, job, { outcome: 'skipped', reason: 'skipped on request' }, this.time.temporalNow());
    else state.wishes.skips.push(id);
    this.#wake();
  }

  #replaceWorker(end: (worker: SimWorker) => void, afterMs: number): void {
    const worker = this.temporal.workers.find(({ isAlive, isStopping }) => isAlive && !isStopping);
    if (!worker) return;
    end(worker);
    this.time.setTimer(afterMs, () => void this.#addWorker(0));
  }

  #othersStart(at: number, options: Record<string, unknown>, strike: () => void): void {
    const sync = this.scenario.syncs[at];
    if (!sync || this.scenario.workflow.startsWith('create') || this.seen.deleted.includes(sync.id)) return;
    const isBusy = this.polytomic.emulator
      .executions()
      .some(({ syncId, completedAt }) => syncId === sync.id && completedAt === undefined);
    // The API itself starts no second run beside one in progress.
    if (isBusy) return;
    strike();
    this.polytomic.emulator.startRun(sync.id, { type: 'scheduled', options });
  }

  /** Somebody renames, switches off or deletes a sync. */
  #othersChange({ type, sync: at }: { type: 'othersEdit' | 'othersDelete'; sync: number }, strike: () => void): void {
    const sync = this.scenario.syncs[at];
    if (!sync || this.scenario.workflow.startsWith('create') || this.seen.deleted.includes(sync.id)) return;
    strike();
    const { emulator } = this.polytomic;
    if (type === 'othersEdit') {
      emulator.updateSync(sync.id, this.random.chance(0.5) ? { name: 'Renamed' } : { active: false });
      return;
    }
    this.seen.deleted.push(sync.id);
    const path = sync.kind === 'bulk' ? '/api/bulk/syncs' : '/api/syncs';
    const headers = { authorization: `Bearer ${simulatedKey}`, 'x-polytomic-version': '2025-09-18' };
    // What strikes our requests strikes this one, too.
    const isKept = emulator
      .handle({ method: 'DELETE', url: `${path}/${sync.id}`, headers })
      .then(({ status }) => status >= 300)
      .catch(() => true);
    void isKept.then((kept) => {
      if (kept) this.seen.deleted = this.seen.deleted.filter((id) => id !== sync.id);
    });
  }

  #othersCancel(at: number, strike: () => void): void {
    const sync = this.scenario.syncs[at];
    const run = this.polytomic.emulator
      .executions()
      .find(({ syncId, completedAt }) => syncId === sync?.id && completedAt === undefined);
    if (!run) return;
    strike();
    this.polytomic.emulator.cancelRun(run.id);
  }
}
