/** Sends what is to be read next, and polls of sources, within the budget: for all waits and searches of an organization. */
import type { ApiPause } from '../../polytomic/api-pause';
import type { Clock } from '../../polytomic/clock';
import { isPolytomicError, type PolytomicError } from '../../polytomic/errors';
import { ApiHealth } from './api-health';
import { Budget } from './budget';
import { chooseRead } from './choose-read';
import { classifyReadError } from './classify-read';
import { refusesKey, type KeyCheck } from './key-check';
import { ReportedEnds } from './reported-ends';
import { RequestsUnderWay } from './requests-under-way';
import type { Moment } from './moment';
import type { ScheduledRead } from './scheduled-read';
import type { OnEnd, SourceContext, StatusSource } from './status-source';
import { StatusSources } from './status-sources';
import { backoffMs } from './tuning';

/** One request that was to tell of ends. */
export interface PollReport {
  /** `read` of a single run or sync, or the name of what tells of many. */
  source: string;
  /** `end`: at least one. `failure`: no answer that says anything. */
  found: 'end' | 'nothing' | 'failure';
}

/** What it is built from. */
export interface ReadSchedulerOptions {
  /** Is told of each, for metrics. Must not throw. */
  onPoll?: (report: PollReport) => void;
  clock: Clock;
  pause: ApiPause;
  /** Polytomic's time, milliseconds since the epoch. */
  serverNow: () => number;
  /** Requests a minute for looking, at least 1; the reads that confirm reported ends come on top. */
  requestsPerMinute: number;
  /** The most telling first. */
  createSources: (context: SourceContext) => StatusSource[];
  /** One request that any valid key may make; throws a `PolytomicError`. Absent: none may be made. */
  checkKey?: KeyCheck;
  log?: { warn(message: string, attributes?: Record<string, unknown>): void };
}

/** Warnings that are remembered, so that each is given once. */
const maxWarnings = 100;

/** One for each organization of a process. */
export class ReadScheduler {
  /** Reads sent so far. */
  reads = 0;
  readonly clock: Clock;
  readonly sources: StatusSources;
  /** Told of reported ends; each tells whether it waits for that one, or remembers it. */
  readonly listeners = new Set<(...report: Parameters<OnEnd>) => boolean>();
  /** Ends that were reported, whether or not anybody listened: who waits for a run may come only later. */
  readonly ends = new ReportedEnds();
  /** What somebody waits for. */
  private readonly items = new Set<ScheduledRead>();
  private readonly budget: Budget;
  private readonly health: ApiHealth;
  private readonly underWay: RequestsUnderWay;
  private readonly warned = new Set<string>();
  private isPolling = false;
  private cancelTimer: () => void = () => undefined;

  /** @throws RangeError that names `requestsPerMinute` when it is below 1. */
  constructor(private readonly options: ReadSchedulerOptions) {
    const { clock, pause, createSources } = options;
    if (!(options.requestsPerMinute >= 1)) {
      throw new RangeError(`requestsPerMinute: expected a number from 1 up, got ${String(options.requestsPerMinute)}`);
    }
    const requestsPerMinute = Math.floor(options.requestsPerMinute);
    this.clock = clock;
    this.underWay = new RequestsUnderWay(clock);
    this.health = new ApiHealth(clock, pause);
    this.budget = new Budget(requestsPerMinute);
    const sources = createSources({ moment: () => this.moment(), onEnd: (...report) => this.reportEnd(...report) });
    const warn: ReadScheduler['warn'] = (...warning) => this.warn(...warning);
    this.sources = new StatusSources(sources, { clock, requestsPerMinute, warn, ends: this.ends });
  }

  /** Requests under way. */
  get inFlight(): number {
    return this.underWay.count;
  }

  /** A run is said to have ended. */
  reportEnd(executionId: string, syncId: string | null): void {
    const heard = [...this.listeners].map((listener) => listener(executionId, syncId));
    this.ends.record(executionId, this.options.serverNow(), heard.includes(true));
  }

  /** The time now. */
  moment(): Moment {
    const { clock, serverNow } = this.options;
    return { now: clock.monotonic(), serverNow: serverNow(), chance: clock.random() };
  }

  /** Warns once of each thing, and not without end. */
  warn(message: string, attributes: Record<string, unknown>): void {
    const key = message + JSON.stringify(attributes);
    if (this.warned.has(key) || this.warned.size >= maxWarnings) return;
    this.warned.add(key);
    this.options.log?.warn(message, attributes);
  }

  /** Somebody waits for it; nothing happens before {@link dispatch}. */
  add(item: ScheduledRead): void {
    if (this.items.has(item)) return;
    this.items.add(item);
    this.sources.recordJoin();
  }

  /** Nobody waits for it any more. A read under way is left to end, unless nobody waits for anything for a while. */
  remove(item: ScheduledRead): void {
    this.items.delete(item);
    if (this.items.size > 0) return;
    this.health.keyRefused.clear();
    this.cancelTimer();
    this.underWay.abandonUnless(() => this.items.size > 0);
  }

  /** Sends what may be sent now and sleeps until the next. */
  dispatch(): void {
    if (this.items.size === 0) return;
    const at = this.moment();
    if (at.now < this.health.pausedUntil) return this.wakeAt(this.health.pausedUntil);
    this.planSources(at);
    let nextAt = -Infinity;
    while (nextAt === -Infinity) {
      const allowedAt = this.underWay.allowedAt(this.health.isDegraded);
      nextAt = allowedAt > at.now ? allowedAt : this.sendNext(at);
    }
    this.wakeAt(nextAt);
  }

  private planSources(at: Moment): void {
    if (at.now < this.sources.planAt) return;
    this.sources.plan([...this.items], at);
    this.budget.reserve(this.sources.perMinute);
  }

  /** Sends one request and returns -Infinity, or returns when there may be one to send. */
  private sendNext(at: Moment): number {
    const { budget, sources } = this;
    const pollAt = this.isPolling ? Infinity : Math.max(sources.askAt, budget.nextPollAt());
    if (pollAt <= at.now) {
      void this.poll(at.now);
      return -Infinity;
    }
    const { item, isUrgent, nextAt } = chooseRead(this.items, at, sources);
    // Reported ends are read on top of the budget.
    const affordedAt = isUrgent ? -Infinity : item ? budget.nextReadAt() : Infinity;
    const readAt = Math.max(affordedAt, this.underWay.nextAt);
    if (!item || readAt > at.now) return Math.min(nextAt, readAt, pollAt, sources.planAt);
    if (!isUrgent) budget.recordRead(at.now);
    void this.read(item);
    return -Infinity;
  }

  private async poll(now: number): Promise<void> {
    this.budget.recordPoll(now);
    this.isPolling = true;
    this.underWay.begin();
    const before = this.ends.reports;
    const asked = await this.sources.ask(this.underWay.signal);
    const found = !asked?.isAnswered ? 'failure' : this.ends.reports > before ? 'end' : 'nothing';
    if (asked) this.options.onPoll?.({ source: asked.name, found });
    this.underWay.end();
    this.isPolling = false;
    this.dispatch();
  }

  private async read(item: ScheduledRead): Promise<void> {
    const isSafetyRead = !item.report.isOpen && this.sources.covers(item, this.clock.monotonic());
    if (isSafetyRead) this.sources.recordSafetyRead(item, this.clock.monotonic());
    item.recordAttempt(this.clock.monotonic());
    this.reads += 1;
    this.underWay.begin();
    const { signal } = this.underWay;
    let isAnswered = false;
    const applyResult = await item.request(signal).then(
      (applyAnswer) => {
        isAnswered = true;
        this.health.recordAnswer();
        return applyAnswer;
      },
      (error: unknown) => () => this.applyError(item, error),
    );
    item.isReading = false;
    this.underWay.end();
    if (!signal.aborted) {
      const wasWanted = this.items.has(item);
      applyResult();
      const isFound = wasWanted && !this.items.has(item);
      // A run in progress that was searched, an ingestion and a refusal are no ends that a source could have told of.
      const isEnd = isFound && isAnswered && item.executionId !== null;
      if (isEnd && isSafetyRead && !item.report.isOpen) this.sources.recordMiss(item, this.clock.monotonic());
      this.options.onPoll?.({ source: 'read', found: !isAnswered ? 'failure' : isFound ? 'end' : 'nothing' });
    }
    this.dispatch();
  }

  /** What fails for long is logged, as nobody would know otherwise why nothing happens. */
  private applyError(item: ScheduledRead, error: unknown): void {
    this.health.recordError(error);
    if (!isPolytomicError(error)) {
      this.warn('A read of an execution failed unexpectedly', { error: String(error) });
    } else if (error.code !== 'RateLimited') {
      this.warn('Reads of executions fail; waits go on', { code: error.code, status: error.status ?? null });
    }
    const at = this.moment();
    const keyRefusedForMs = this.health.keyRefused.forMs(at.now);
    const failure = classifyReadError(item.history, error, { ...at, keyRefusedForMs });
    const delayMs = failure.type === 'unread' ? failure.delayMs : backoffMs(1);
    item.recordUnread(at, Math.max(delayMs * (0.8 + 0.2 * at.chance), backoffMs(0)));
    if (!isPolytomicError(error) || failure.type === 'unread') return;
    if (failure.type === 'unreadable') item.giveUp(error);
    else void this.giveUpIfRefused(item, error);
  }

  /** A key that is refused for one thing for long is tried on another before all waits are ended. */
  private async giveUpIfRefused(item: ScheduledRead, error: PolytomicError): Promise<void> {
    const isRefused = await this.isKeyRefusedFor(item);
    if (isRefused === null) return;
    const refused = isRefused ? [...this.items] : [item];
    for (const one of refused) one.giveUp(error);
  }

  /** Null where that cannot be found out now. */
  private async isKeyRefusedFor(item: ScheduledRead): Promise<boolean | null> {
    const other = [...this.items].find((one) => one !== item && one.executionId !== null);
    const { checkKey } = this.options;
    if (!other && !checkKey) return true;
    const ask = (request: KeyCheck): Promise<boolean | null> => {
      this.budget.recordPoll(this.clock.monotonic());
      return refusesKey(request);
    };
    const isRefused = other ? await ask((signal) => other.request(signal)) : null;
    return isRefused === null && checkKey ? ask(checkKey) : isRefused;
  }

  private wakeAt(time: number): void {
    this.cancelTimer();
    this.cancelTimer = () => undefined;
    if (time === Infinity) return;
    const delayMs = Math.ceil(Math.max(0, time - this.clock.monotonic()));
    this.cancelTimer = this.clock.setTimer(delayMs, () => this.dispatch());
  }
}
