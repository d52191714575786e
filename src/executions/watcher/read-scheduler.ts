/** Decides what to read next, and when: what was reported first, then what most needs it, within the budget. */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../../polytomic/clock';
import type { ApiHealth } from './api-health';
import type { Budget } from './budget';
import { DueQueue } from './due-queue';
import type { Monitored, StatusSource } from './status-source';
import type { StatusSources } from './status-sources';
import { maxInFlight, usualInFlight } from './tuning';

/** Something that is read again and again as long as somebody waits. */
export interface ScheduledRead extends Monitored {
  /** Something was reported, so the next read goes before all others and on top of the budget. */
  readonly isReported: boolean;
  /** For how long nothing is known of it, and no read was tried. */
  unreadMs(): number;
  /** How long it has waited, by the measure of how often it should be read. */
  overdue(now: number): number;
  /** One request. It never rejects, and returns what is to be done about the answer, which may schedule it anew. */
  read(signal: AbortSignal): Promise<() => void>;
  /** A source has begun or ceased to cover it: schedules its next read anew. */
  replan(): void;
}

/** What the scheduler needs. */
export interface ReadSchedulerOptions {
  clock: Clock;
  /** Polytomic's time. */
  serverNow: () => number;
  budget: Budget;
  health: ApiHealth;
  sources: StatusSources;
}

/** One for each organization of a process, for waits and searches. Each item is in one queue at most, and in none while it is read. */
export class ReadScheduler {
  /** Reads sent so far. */
  reads = 0;
  inFlight = 0;
  private readonly items = new Set<ScheduledRead>();
  private readonly reading = new Set<ScheduledRead>();
  private readonly due = new DueQueue<ScheduledRead>();
  private readonly ready = new Set<ScheduledRead>();
  private readonly reported = new Set<ScheduledRead>();
  private isPolling = false;
  private needsPlan = false;
  private controller = createController();
  private cancelTimer: () => void = () => undefined;

  constructor(private readonly options: ReadSchedulerOptions) {}

  /** Somebody waits for it. Schedule it next. */
  add(item: ScheduledRead): void {
    if (this.items.has(item)) return;
    this.items.add(item);
    this.needsPlan = true;
  }

  /** Nobody waits for it any more. A read under way is left to end, unless nobody waits for anything. */
  remove(item: ScheduledRead): void {
    this.items.delete(item);
    this.unschedule(item);
    if (this.items.size === 0) this.stop();
  }

  /** Whether a read of it is under way. */
  isReading(item: ScheduledRead): boolean {
    return this.reading.has(item);
  }

  /** Whether a source would tell of what happens to it. */
  isCovered(item: ScheduledRead): boolean {
    return this.options.sources.covers(item, this.options.clock.monotonic());
  }

  /** Sets when it is read next; nothing happens before {@link dispatch}. */
  schedule(item: ScheduledRead, dueAt: number): void {
    if (!this.items.has(item) || this.reading.has(item)) return;
    this.unschedule(item);
    this.due.set(item, dueAt);
  }

  /** Sends what may be sent now and sleeps until the next. */
  dispatch(): void {
    if (this.items.size === 0) return;
    const { clock, health } = this.options;
    const now = clock.monotonic();
    const { pausedUntil } = health;
    if (now < pausedUntil) return this.wakeAt(pausedUntil);
    this.planSources(now);
    while (this.inFlight < this.concurrency && this.sendNext(now));
    this.wakeAt(this.inFlight < this.concurrency ? this.nextAt(now) : Infinity);
  }

  /** Somebody else spent a request of the budget. */
  recordRequest(): void {
    this.options.budget.recordPoll(this.options.clock.monotonic());
  }

  /** What others wait for now, for who wants to ask for one of them. */
  get awaited(): Iterable<ScheduledRead> {
    return this.items;
  }

  private stop(): void {
    this.cancelTimer();
    this.controller.abort();
    this.controller = createController();
  }

  private unschedule(item: ScheduledRead): void {
    this.due.delete(item);
    this.ready.delete(item);
    this.reported.delete(item);
  }

  private planSources(now: number): void {
    const { sources, budget, serverNow } = this.options;
    if (!this.needsPlan && now < sources.planAt) return;
    this.needsPlan = false;
    const hasChanged = sources.plan([...this.items], { now, serverNow: serverNow() }, budget.readsPerMinute);
    budget.reserve(sources.perMinute);
    if (hasChanged) for (const item of this.items) item.replan();
  }

  private sendNext(now: number): boolean {
    const { budget, sources } = this.options;
    const source = this.isPolling || budget.nextPollAt() > now ? undefined : sources.due(now);
    if (source) void this.poll(source, now);
    const item = source ? undefined : this.takeNext(now);
    if (item) void this.read(item);
    return source !== undefined || item !== undefined;
  }

  private takeNext(now: number): ScheduledRead | undefined {
    for (let item = this.due.takeDue(now); item; item = this.due.takeDue(now)) {
      (item.isReported ? this.reported : this.ready).add(item);
    }
    const [reported] = this.reported;
    if (reported) return reported;
    const { budget } = this.options;
    if (this.ready.size === 0 || this.inFlight >= this.usualConcurrency || budget.nextReadAt() > now) return undefined;
    budget.recordRead(now);
    return this.mostOverdue(now);
  }

  /**
   * As each is measured by its own interval, that is the likeliest to have ended unseen for long. Where the budget does not
   * suffice, that would leave out who is rarely read: what had no read for as long as a safety read takes goes first.
   */
  private mostOverdue(now: number): ScheduledRead | undefined {
    const { safetyMs } = this.options.sources;
    const starving = [...this.ready].filter((item) => item.unreadMs() >= safetyMs);
    return starving.length > 0
      ? mostBy(starving, (item) => item.unreadMs())
      : mostBy(this.ready, (item) => item.overdue(now));
  }

  private async poll(source: StatusSource, now: number): Promise<void> {
    const { budget, sources } = this.options;
    const { signal } = this.controller;
    budget.recordPoll(now);
    this.isPolling = true;
    this.inFlight += 1;
    const hasChanged = await sources.ask(source, signal);
    this.needsPlan ||= hasChanged;
    this.inFlight -= 1;
    this.isPolling = false;
    this.dispatch();
  }

  private async read(item: ScheduledRead): Promise<void> {
    this.unschedule(item);
    this.reading.add(item);
    this.reads += 1;
    this.inFlight += 1;
    const { signal } = this.controller;
    const applyResult = await item.read(signal);
    this.reading.delete(item);
    this.inFlight -= 1;
    if (!signal.aborted) applyResult();
    else if (this.items.has(item)) item.replan();
    this.dispatch();
  }

  /** Reported ends are read as wide as they come, unless the API is in trouble. */
  private get concurrency(): number {
    return this.options.health.isDegraded ? 1 : maxInFlight;
  }

  private get usualConcurrency(): number {
    return Math.min(usualInFlight, this.concurrency);
  }

  private nextAt(now: number): number {
    const { budget, sources } = this.options;
    const isWide = this.inFlight < this.usualConcurrency;
    const read = this.ready.size > 0 ? (isWide ? budget.nextReadAt() : Infinity) : this.due.nextAt;
    const poll = this.isPolling ? Infinity : Math.max(sources.askAt, budget.nextPollAt());
    return Math.max(now, Math.min(read, this.due.nextAt, poll, sources.planAt));
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

function mostBy<T>(things: Iterable<T>, measure: (thing: T) => number): T | undefined {
  let found: T | undefined;
  let most = -Infinity;
  for (const thing of things) {
    const value = measure(thing);
    if (value > most) [found, most] = [thing, value];
  }
  return found;
}
