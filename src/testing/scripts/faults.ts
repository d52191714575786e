/** What goes wrong, by script: refused, delayed, dropped, cut and lost, route by route. */
import type { EmulatorEvent, KeptEvent } from '../delivery/event-feed';
import type { LoggedRequest } from '../http/request-log';
import { inspectionFailures } from '../state/source-cache';

/** A request as a fault sees it. */
export type FaultRequest = Pick<LoggedRequest, 'method' | 'path' | 'operation' | 'query' | 'headers' | 'body'>;

/** One thing that goes wrong. It hits the requests that fit all of `operation`, `method`, `path` and `when`. */
export interface FaultSpec {
  /** Operation id, such as `modelSync.start`; several count as any of them. Default: every operation. */
  readonly operation?: string | readonly string[];
  /** Only requests of this HTTP method. Default: all. */
  readonly method?: string;
  /** The exact path, or a pattern. */
  readonly path?: string | RegExp;
  /** Only requests for which it answers true. Default: all. */
  readonly when?: (request: FaultRequest) => boolean;
  /** How many requests it hits. Default 1, with `forMs` or `outage` any number. */
  readonly times?: number;
  /** How long it lasts, in milliseconds of the emulator's clock from now. Default: no limit. */
  readonly forMs?: number;
  /** Answers this status instead of what the operation would have answered. */
  readonly status?: number;
  /** Headers that the answer carries besides, or instead of, its own, such as another `X-Polytomic-Version`. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Creating bulk syncs and listing their schemas is refused as while a new connection is inspected, or as when nothing was
   * found. Instead of `operation`, `status` and `body`.
   */
  readonly inspection?: keyof typeof inspectionFailures;
  /** `Retry-After`: seconds, or an HTTP date. */
  readonly retryAfter?: number | string;
  /** Body of the `status` answer: text goes out as HTML, anything else as JSON. Default: the API's error body. */
  readonly body?: unknown;
  /**
   * What the request's Idempotency-Key remembers. `false` (default): the `status` came from a gateway, so nothing of it,
   * but the operation's own outcome where it took effect. `true`: the `status`. `nothing`: nothing at all, even though
   * the operation took effect.
   */
  readonly recorded?: boolean | 'nothing';
  /** With `status`: the operation takes effect all the same. */
  readonly effect?: boolean;
  /** Real milliseconds that the answer is held back; the effect happens at once. */
  readonly delayMs?: number;
  /** Real milliseconds before anything happens. */
  readonly delayEffectMs?: number;
  /** Resets the connection: before the operation takes effect, or after, instead of the answer. */
  readonly drop?: 'before' | 'after';
  /** The operation takes effect; half of its answer arrives, then the connection is reset. */
  readonly truncate?: boolean;
  /** Every request is reset at once. */
  readonly outage?: boolean;
  /** Hits no request; events that it chooses, or this share of them, never appear in the event list nor reach a webhook. */
  readonly loseEvents?: number | ((event: EmulatorEvent) => boolean);
}

/** A fault in force. */
export interface FaultHandle {
  /** How many requests it has hit. */
  readonly hits: number;
  /** Ends it. */
  remove(): void;
}

interface Fault {
  readonly spec: FaultSpec;
  readonly until: number;
  readonly times: number;
  hits: number;
}

function toStatusFault(spec: FaultSpec, inspection: keyof typeof inspectionFailures): FaultSpec {
  const { status, message } = inspectionFailures[inspection];
  const body = { key: `emulator_${status}`, message, metadata: {}, status };
  return { ...spec, operation: ['bulkSync.create', 'bulkSync.schemas.list'], status, body };
}

/** All faults in force, oldest first. */
export class Faults {
  #faults: Fault[] = [];

  /** Adds a fault from `now` on. */
  add(given: FaultSpec, now: number): FaultHandle {
    const spec = given.inspection === undefined ? given : toStatusFault(given, given.inspection);
    const endless = spec.forMs !== undefined || spec.outage === true;
    const fault = {
      spec,
      until: now + (spec.forMs ?? Infinity),
      times: spec.times ?? (endless ? Infinity : 1),
      hits: 0,
    };
    this.#faults.push(fault);
    const remove = (): void => {
      this.#faults = this.#faults.filter((other) => other !== fault);
    };
    return {
      get hits() {
        return fault.hits;
      },
      remove,
    };
  }

  /** The first fault that fits a request, counted as hit. A recorded one leaves requests alone whose key has an outcome. */
  take(
    request: FaultRequest,
    { now, keyRecorded }: { now: number; keyRecorded: () => boolean },
  ): FaultSpec | undefined {
    const fault = this.#faults.find(
      (candidate) =>
        candidate.hits < candidate.times &&
        now < candidate.until &&
        fits(candidate.spec, request) &&
        !(candidate.spec.recorded === true && keyRecorded()),
    );
    if (fault !== undefined) fault.hits += 1;
    return fault?.spec;
  }

  /** Whether a fault hides an event; by share, the same events are hidden at each reading. */
  hides({ event, chance }: KeptEvent, now: number): boolean {
    return this.#faults.some(({ spec: { loseEvents }, until }) => {
      if (loseEvents === undefined || now >= until) return false;
      return typeof loseEvents === 'number' ? chance < loseEvents : loseEvents(event);
    });
  }
}

function fits({ operation, method, path, when, loseEvents }: FaultSpec, request: FaultRequest): boolean {
  if (loseEvents !== undefined) return false;
  if (operation !== undefined && ![operation].flat().includes(request.operation ?? '')) return false;
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (typeof path === 'string' && path !== request.path) return false;
  if (path instanceof RegExp && !path.test(request.path)) return false;
  return when?.(request) ?? true;
}
