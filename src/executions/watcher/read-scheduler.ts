/** Sends what is to be read next, and polls of sources, within the budget. */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../../polytomic/clock';
import type { ApiHealth } from './api-health';
import type { Budget } from './budget';
import { chooseRead, type Choice } from './choose-read';
import type { Moment, ScheduledRead } from './scheduled-read';
import type { StatusSources } from './status-sources';
import { maxInFlight, usualInFlight } from './tuning';

/** What the scheduler needs. */
export interface ReadSchedulerOptions {
  clock: Clock;
  moment: () => Moment;
  budget: Budget;
  health: ApiHealth;
  sources: StatusSources;
  /** One request. It never rejects, and returns what is to be done about the answer. */
  read: (item: ScheduledRead, signal: AbortSignal) => Promise<() => void>;
}

/** One for each organization of a process, for waits and searches. */
export class ReadScheduler {
  /** Reads sent so far. */
  reads = 0;
  inFlight = 0;
  /** What somebody waits for. */
  readonly items = new Set<ScheduledRead>();
  private isPolling = false;
  private needsPlan = false;
  private controller = createController();
  private cancelTimer: () => void = () => undefined;

  constructor(private readonly options: ReadSchedulerOptions) {}

  /** Somebody waits for it; nothing happens before {@link dispatch}. */
  add(item: ScheduledRead): void {
    if (this.items.has(item)) return;
    this.items.add(item);
    this.needsPlan = true;
  }

  /** Nobody waits for it any more. A read under way is left to end, unless nobody waits for anything. */
  remove(item: ScheduledRead): void {
    this.items.delete(item);
    if (this.items.size > 0) return;
    this.cancelTimer();
    this.controller.abort();
    this.controller = createController();
  }

  /** Sends what may be sent now and sleeps until the next. */
  dispatch(): void {
    if (this.items.size === 0) return;
    const at = this.options.moment();
    const { pausedUntil } = this.options.health;
    if (at.now < pausedUntil) return this.wakeAt(pausedUntil);
    this.planSources(at);
    let nextAt = -Infinity;
    while (nextAt === -Infinity) nextAt = this.inFlight < this.concurrency ? this.sendNext(at) : Infinity;
    this.wakeAt(nextAt);
  }

  /** Somebody else spent a request of the budget. */
  recordRequest(): void {
    this.options.budget.recordPoll(this.options.clock.monotonic());
  }

  private planSources(at: Moment): void {
    const { sources, budget } = this.options;
    if (!this.needsPlan && at.now < sources.planAt) return;
    this.needsPlan = false;
    sources.plan([...this.items], at);
    budget.reserve(sources.perMinute);
  }

  /** Sends one request and returns -Infinity, or returns when there may be one to send. */
  private sendNext(at: Moment): number {
    const { budget, sources } = this.options;
    const pollAt = this.isPolling ? Infinity : Math.max(sources.askAt, budget.nextPollAt());
    if (pollAt <= at.now) {
      void this.poll(at.now);
      return -Infinity;
    }
    const choice = chooseRead(this.items, at, sources);
    const readAt = this.readAt(choice);
    const item = choice.urgent ?? (readAt <= at.now ? choice.due : undefined);
    if (!item) return Math.min(choice.nextAt, readAt, pollAt, sources.planAt);
    if (item !== choice.urgent) budget.recordRead(at.now);
    void this.read(item, at.now);
    return -Infinity;
  }

  /** When what is due may be read; where nothing has been reported, few requests are under way at once. */
  private readAt({ due }: Choice): number {
    const isWide = this.inFlight < Math.min(usualInFlight, this.concurrency);
    return due && isWide ? this.options.budget.nextReadAt() : Infinity;
  }

  private async poll(now: number): Promise<void> {
    this.options.budget.recordPoll(now);
    this.isPolling = true;
    this.inFlight += 1;
    await this.options.sources.ask(this.controller.signal);
    this.inFlight -= 1;
    this.isPolling = false;
    this.dispatch();
  }

  private async read(item: ScheduledRead, now: number): Promise<void> {
    item.recordAttempt(now);
    this.reads += 1;
    this.inFlight += 1;
    const { signal } = this.controller;
    const applyResult = await this.options.read(item, signal);
    item.isReading = false;
    this.inFlight -= 1;
    if (!signal.aborted) applyResult();
    this.dispatch();
  }

  /** Reported ends are read as wide as they come, unless the API is in trouble. */
  private get concurrency(): number {
    return this.options.health.isDegraded ? 1 : maxInFlight;
  }

  private wakeAt(time: number): void {
    this.cancelTimer();
    this.cancelTimer = () => undefined;
    if (time === Infinity) return;
    const { clock } = this.options;
    this.cancelTimer = clock.setTimer(Math.ceil(Math.max(0, time - clock.monotonic())), () => this.dispatch());
  }
}

/** Each request under way listens to its signal; from the eleventh on Node would warn of a leak. */
function createController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
