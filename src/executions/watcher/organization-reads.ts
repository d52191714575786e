/** What waits and searches of one organization share in a process: one scheduler, one budget, one reader of each source. */
import type { ApiPause } from '../../polytomic/api-pause';
import type { Clock } from '../../polytomic/clock';
import { isPolytomicError } from '../../polytomic/errors';
import { ApiHealth } from './api-health';
import { Budget } from './budget';
import { ReadScheduler } from './read-scheduler';
import { SourceHealth } from './source-health';
import type { StatusListener, StatusSource } from './status-source';
import { StatusSources } from './status-sources';
import type { Moment } from './watched-execution';

/** What a source is built with, besides the way to ask. */
export interface SourceContext {
  clock: Clock;
  serverNow: () => number;
  listener: StatusListener;
  createHealth(name: string): SourceHealth;
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

/** Hands reports of sources to all who listen. */
export class OrganizationReads implements StatusListener {
  readonly clock: Clock;
  readonly pause: ApiPause;
  readonly health: ApiHealth;
  readonly sources: StatusSources;
  readonly scheduler: ReadScheduler;
  readonly listeners = new Set<StatusListener>();
  /** Since when every read is answered with 401; null: the last was not. */
  keyRefusedSince: number | null = null;
  private readonly warned = new Set<string>();

  /** @throws RangeError that names `requestsPerMinute` when it is below 1. */
  constructor(private readonly options: OrganizationReadsOptions) {
    const { clock, pause, serverNow, requestsPerMinute } = options;
    if (!(requestsPerMinute >= 1)) {
      throw new RangeError(`requestsPerMinute: expected a number from 1 up, got ${String(requestsPerMinute)}`);
    }
    this.clock = clock;
    this.pause = pause;
    this.health = new ApiHealth(clock, pause);
    const createHealth = (name: string): SourceHealth =>
      new SourceHealth(name, clock, (message, attributes) => this.warn(message, attributes));
    const created = options.createSources({ clock, serverNow, listener: this, createHealth });
    this.sources = new StatusSources(created, Math.floor(requestsPerMinute));
    const budget = new Budget(Math.floor(requestsPerMinute));
    this.scheduler = new ReadScheduler({ clock, serverNow, budget, health: this.health, sources: this.sources });
  }

  moment(): Moment {
    return { now: this.clock.monotonic(), serverNow: this.options.serverNow() };
  }

  onEnd: StatusListener['onEnd'] = (...report) => {
    for (const listener of this.listeners) listener.onEnd(...report);
  };

  onRunning: StatusListener['onRunning'] = (...report) => {
    for (const listener of this.listeners) listener.onRunning(...report);
  };

  /** A read was answered. */
  recordAnswer(): void {
    this.health.recordAnswer();
    this.keyRefusedSince = null;
  }

  /** A read failed. What fails for long is logged, as nobody would know otherwise why nothing happens. */
  recordError(error: unknown): void {
    this.health.recordError(error);
    if (isPolytomicError(error, 'Unauthorized') && !error.gateway) this.keyRefusedSince ??= this.clock.monotonic();
    if (!isPolytomicError(error) || error.code === 'RateLimited') return;
    this.warn('Reads of executions fail; waits go on', { code: error.code, status: error.status ?? null });
  }

  /** Tries the key on something else than what it was refused for; null where that cannot be found out now. */
  async isKeyRefused(readOther?: (signal: AbortSignal) => Promise<unknown>): Promise<boolean | null> {
    const request = readOther ?? this.options.checkKey;
    if (!request) return true;
    this.scheduler.recordRequest();
    try {
      await request(new AbortController().signal);
      return false;
    } catch (error) {
      return isPolytomicError(error, 'Unauthorized') && !error.gateway ? true : null;
    }
  }

  /** Warns once of each thing, and not without end. */
  warn(message: string, attributes: Record<string, unknown>): void {
    const key = message + JSON.stringify(attributes);
    if (this.warned.has(key) || this.warned.size >= maxWarnings) return;
    this.warned.add(key);
    this.options.log?.warn(message, attributes);
  }
}
