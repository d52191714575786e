/** What one worker hands to the next through heartbeat details, so that nothing is asked twice and no grace begins anew. */
import type { WatchedExecution } from './watched-execution';

/** Plain JSON of at most 16 KB. Times are whole seconds since the epoch. */
export interface WatchMemory {
  v: 1;
  /** Since when every read of this client is refused with 401 or 403. */
  denied?: number;
  /** Up to when events, by Polytomic's clock, told of no end of these executions. */
  events?: number;
  /** By execution id: when it was last seen, since when its end is uncertain, since when its reads are refused; 0: never. */
  executions: Record<string, [looked: number, uncertain: number, denied: number] | [looked: number]>;
}

/** Heartbeat details are sent again and again, and a server keeps them small. */
const maxLength = 16_000;

/** What holds for all executions. */
export interface CommonMemory {
  deniedSince: number | null;
  eventsReadUpTo: number | null;
}

/** Collects the memory of these executions; those that do not fit are left out and cost the next worker a look. */
export function takeMemory(watched: Iterable<WatchedExecution>, common: CommonMemory): WatchMemory {
  const { deniedSince, eventsReadUpTo } = common;
  const denied = deniedSince !== null && { denied: seconds(deniedSince) };
  const events = eventsReadUpTo !== null && { events: seconds(eventsReadUpTo) };
  const memory: WatchMemory = { v: 1, ...denied, ...events, executions: {} };
  let length = JSON.stringify(memory).length;
  for (const one of worthiest(watched)) {
    const times = remember(one);
    length += JSON.stringify(one.item.executionId).length + JSON.stringify(times).length + 2;
    if (length > maxLength) break;
    memory.executions[one.item.executionId] = times;
  }
  return memory;
}

/** Reads what came from another worker, perhaps of another version; undefined when it cannot be understood. */
export function parseWatchMemory(value: unknown): WatchMemory | undefined {
  if (!isRecord(value) || value.v !== 1 || !isRecord(value.executions)) return undefined;
  const sound = Object.entries(value.executions).filter((entry): entry is [string, [number]] => isTimes(entry[1]));
  const denied = typeof value.denied === 'number' && { denied: value.denied };
  const events = typeof value.events === 'number' && { events: value.events };
  return { v: 1, ...denied, ...events, executions: Object.fromEntries(sound) };
}

/** What is remembered of one execution, in milliseconds. */
export function recall(memory: WatchMemory | undefined, executionId: string): RememberedTimes {
  const [looked, uncertain, denied] = (memory && ownTimes(memory, executionId)) ?? [];
  const alive = looked && Math.max(looked, memory?.events ?? 0);
  return {
    ...(looked && { lookedAt: looked * 1000 }),
    ...(alive && { aliveAt: alive * 1000 }),
    ...(uncertain && { uncertainSince: uncertain * 1000 }),
    ...(denied && { deniedSince: denied * 1000 }),
  };
}

/** Times of one execution in a memory; absent where it says nothing. */
export interface RememberedTimes {
  lookedAt?: number;
  aliveAt?: number;
  uncertainSince?: number;
  deniedSince?: number;
}

function ownTimes(memory: WatchMemory, executionId: string): number[] | undefined {
  return Object.hasOwn(memory.executions, executionId) ? memory.executions[executionId] : undefined;
}

/** Running graces first: they cannot be had again. */
function worthiest(watched: Iterable<WatchedExecution>): WatchedExecution[] {
  const worth = (one: WatchedExecution): number => (one.uncertainSince || one.deniedSince ? 0 : 1);
  return [...watched].sort((a, b) => worth(a) - worth(b));
}

function remember(watched: WatchedExecution): [number, number, number] | [number] {
  const { lookedAt, aliveAt, uncertainSince, deniedSince } = watched;
  const looked = seconds(watched.looked ? lookedAt : aliveAt);
  return uncertainSince || deniedSince ? [looked, seconds(uncertainSince), seconds(deniedSince)] : [looked];
}

const seconds = (ms: number | null): number => Math.floor((ms ?? 0) / 1000);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTimes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((time) => Number.isFinite(time));
