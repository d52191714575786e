/** What waits and searches of one organization share in a process: one scheduler, one budget, one reader of each source. */
import type { ApiPause } from '../../polytomic/api-pause';
import type { Clock } from '../../polytomic/clock';
import { isPolytomicError, type PolytomicError } from '../../polytomic/errors';
import { ApiHealth } from './api-health';
import { Budget } from './budget';
import { classifyReadError } from './classify-read';
import { ReadScheduler } from './read-scheduler';
import type { Moment, ScheduledRead } from './scheduled-read';
import type { OnEnd, StatusSource } from './status-source';
import { StatusSources } from './status-sources';
import { backoffMs } from './tuning';

/** What a source is built with, besides the way to ask. */
export interface SourceContext {
  moment: () => Moment;
  onEnd: OnEnd;
}

/** What they are built from. */
export interface OrganizationReadsOptions {
  clock: Clock;
  pause: ApiPause;
  /** Polytomic's time, milliseconds since the epoch. */
  serverNow: () => number;
  /** Requests a minute for looking, at least 1; the reads that confirm reported ends come on top. */
  requestsPerMinute: number;
  /** The most telling first. */
  createSources: (context: SourceContext) => StatusSource[];
  /** One request that any valid key may make; throws a `PolytomicError`. Absent: none may be made. */
  checkKey?: (signal: AbortSignal) => Promise<unknown>;
  log?: { warn(message: string, attributes?: Record<string, unknown>): void };
}

/** Warnings that are remembered, so that each is given once. */
const maxWarnings = 100;

/** Hands reports of sources to all who listen, and judges reads that fail. */
export class OrganizationReads {
  readonly clock: Clock;
  readonly sources: StatusSources;
  readonly scheduler: ReadScheduler;
  /** Told of reported ends. */
  readonly listeners = new Set<OnEnd>();
  private readonly health: ApiHealth;
  private readonly warned = new Set<string>();

  /** @throws RangeError that names `requestsPerMinute` when it is below 1. */
  constructor(private readonly options: OrganizationReadsOptions) {
    const { clock, pause, requestsPerMinute } = options;
    if (!(requestsPerMinute >= 1)) {
      throw new RangeError(`requestsPerMinute: expected a number from 1 up, got ${String(requestsPerMinute)}`);
    }
    this.clock = clock;
    this.health = new ApiHealth(clock, pause);
    const perMinute = Math.floor(requestsPerMinute);
    const moment = (): Moment => this.moment();
    const onEnd: OnEnd = (...report) => this.listeners.forEach((listener) => listener(...report));
    const warn: OrganizationReads['warn'] = (...warning) => this.warn(...warning);
    this.sources = new StatusSources(options.createSources({ moment, onEnd }), {
      ...{ clock, warn, requestsPerMinute: perMinute },
    });
    this.scheduler = new ReadScheduler({
      ...{ clock, moment, budget: new Budget(perMinute), health: this.health, sources: this.sources },
      read: (item, signal) => this.read(item, signal),
    });
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

  private async read(item: ScheduledRead, signal: AbortSignal): Promise<() => void> {
    try {
      const applyAnswer = await item.request(signal);
      this.health.recordAnswer();
      return applyAnswer;
    } catch (error) {
      return () => this.applyError(item, error);
    }
  }

  private applyError(item: ScheduledRead, error: unknown): void {
    this.health.recordError(error);
    this.warnOfError(error);
    const at = this.moment();
    const { keyRefusedSince } = this.health;
    const failure = classifyReadError(item.history, error, { ...at, keyRefusedSince });
    const delayMs = failure.type === 'unread' ? failure.delayMs : backoffMs(1);
    item.recordUnread(at, delayMs * (0.8 + 0.2 * at.chance));
    if (!isPolytomicError(error) || failure.type === 'unread') return;
    if (failure.type === 'unreadable') item.giveUp(error);
    else void this.giveUpIfRefused(item, error);
  }

  /** What fails for long is logged, as nobody would know otherwise why nothing happens. */
  private warnOfError(error: unknown): void {
    if (!isPolytomicError(error)) {
      this.warn('A read of an execution failed unexpectedly', { error: String(error) });
    } else if (error.code !== 'RateLimited') {
      this.warn('Reads of executions fail; waits go on', { code: error.code, status: error.status ?? null });
    }
  }

  /** A key that is refused for one thing for long is tried on another before all waits are ended. */
  private async giveUpIfRefused(item: ScheduledRead, error: PolytomicError): Promise<void> {
    const isRefused = await this.isKeyRefusedFor(item);
    if (isRefused === null) return;
    const refused = isRefused ? [...this.scheduler.items] : [item];
    for (const one of refused) one.giveUp(error);
  }

  /** Null where that cannot be found out now. */
  private async isKeyRefusedFor(item: ScheduledRead): Promise<boolean | null> {
    const others = [...this.scheduler.items].filter((other) => other !== item && other.executionId !== null);
    const request = others[0] ? (signal: AbortSignal) => others[0]?.request(signal) : this.options.checkKey;
    if (!request) return true;
    this.scheduler.recordRequest();
    try {
      await request(new AbortController().signal);
      return false;
    } catch (error) {
      return isPolytomicError(error, 'Unauthorized') && !error.gateway ? true : null;
    }
  }
}
