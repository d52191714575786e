/** An organization's events: one when a run begins, one when it ends, found when somebody looks. */
import { toTimestamp } from '../state/clock';
import { beginOf, endOf, type Happening } from './event-payload';
import { stateOf, type Execution } from '../state/execution';
import { chanceFrom, idFrom } from '../state/ids';
import type { Fields } from '../state/fields';
import type { Sync } from '../state/sync';

/** An event as the API answers it. */
export interface EmulatorEvent {
  /** Id of the event. */
  readonly id: string;
  /** Type of the event, as Polytomic names it. */
  readonly type: string;
  /** When it happened (RFC 3339). */
  readonly created_at: string;
  /** Id of the organization. */
  readonly organization_id: string;
  /** What the type of event tells. */
  readonly event: Fields;
}

/** Every event type there is; `interrupted` and queued runs have none. */
export const eventTypes = [
  'sync.running',
  'sync.failed',
  'sync.canceled',
  'sync.completed',
  'sync.completed_with_errors',
  'bulk_sync.running',
  'bulk_sync.completed',
  'bulk_sync.canceled',
  'bulk_sync.failed',
  'bulk_sync.completed_with_error',
] as const;

/** How long an event can be read. */
const retentionMs = 48 * 3_600_000;

interface Watched {
  readonly execution: Execution;
  readonly sync: Sync;
  /** Counts the runs, so that what depends on it repeats in another process. */
  readonly number: number;
  begun: boolean;
}

/** An event with what decides whether a share of lost ones takes it. */
export interface KeptEvent {
  /** Counts up in the order in which events are found. */
  readonly sequence: number;
  readonly at: number;
  /** From 0 up to 1, the same for the same event of the same test. */
  readonly chance: number;
  readonly event: EmulatorEvent;
}

/** Events of the organization's runs. Ids are derived from the run, so an event is the same at each reading. */
export class EventFeed {
  private live: Watched[] = [];
  private kept: KeptEvent[] = [];
  private watched = 0;
  private found = 0;

  /** From now on this run makes events. */
  watch(execution: Execution, sync: Sync): void {
    this.live.push({ execution, sync, number: this.watched, begun: false });
    this.watched += 1;
  }

  /** The events of the last 48 hours, newest first. */
  list(now: number): readonly KeptEvent[] {
    this.harvest(now);
    this.kept = this.kept.filter(({ at }) => isRetained(at, now)).sort((one, other) => other.at - one.at);
    return this.kept;
  }

  /** The events from a sequence number on, oldest first. */
  since(sequence: number, now: number): KeptEvent[] {
    this.harvest(now);
    return this.kept.filter((kept) => kept.sequence >= sequence).sort((one, other) => one.at - other.at);
  }

  /** The sequence number of the first event after now. */
  next(now: number): number {
    this.harvest(now);
    return this.found;
  }

  private harvest(now: number): void {
    this.live = this.live.filter((watched) => !this.look(watched, now));
  }

  /** Takes what has happened to a run; true when nothing more can. */
  private look(watched: Watched, now: number): boolean {
    const { execution, sync } = watched;
    const state = stateOf(execution, now);
    if (!watched.begun && state.startedAt !== undefined) {
      watched.begun = true;
      this.keep(watched, beginOf(sync, state.startedAt));
    }
    if (state.completedAt === undefined) return false;
    const end = endOf({ execution, sync, state, at: state.completedAt });
    if (end !== undefined) this.keep(watched, end);
    return true;
  }

  private keep({ execution, sync, number }: Watched, { type, at, details }: Happening): void {
    const organizationId = String(sync.fields.organization_id);
    const event = {
      execution_id: execution.id,
      sync_id: sync.id,
      sync_name: sync.fields.name,
      organization_id: organizationId,
      ...details,
    };
    const id = idFrom(`${execution.id} ${type}`);
    this.kept.push({
      sequence: this.found,
      at,
      chance: chanceFrom(`${number} ${type}`),
      event: { id, type, created_at: toTimestamp(at), organization_id: organizationId, event },
    });
    this.found += 1;
  }
}

/** Whether something of that time can still be read. */
export const isRetained = (at: number, now: number): boolean => at > now - retentionMs;

/** The event as callers get it: where it names a path of the API, it is the emulator's. */
export function toTold({ event }: KeptEvent, url: string): EmulatorEvent {
  const { logs_url: path } = event.event;
  return typeof path === 'string' ? { ...event, event: { ...event.event, logs_url: `${url}${path}` } } : event;
}
