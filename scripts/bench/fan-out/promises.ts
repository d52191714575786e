/** What is promised of fan-outs, and which of it a measurement breaks. */
import type { FanOutCost } from './cost';

const kib = 1024;
/** A run's start and the read that proves its end. */
const unavoidableRequests = 2;
/** How much more a sync may cost among many than among few, before costs count as growing. */
const growthAllowed = 1.2;

const most = {
  wallOfPool: 1.2,
  eventsPerSync: 3,
  // A third of them are heartbeats: each batch of starts reports what it has posted before anything can be lost.
  actionsPerSync: 0.65,
  requestsOfUnavoidable: 1.3,
  payloadBytes: 256 * kib,
} as const;

const figures = ['events', 'actions', 'requests', 'cpuMs'] as const;

/** Broken promises of ours beside the pool, in words; none: all are kept. */
export function brokenBeside([ours, pool]: readonly FanOutCost[]): string[] {
  if (!ours || !pool) return [];
  const { events, actions } = perSync(ours);
  const check = (what: string, value: number, limit: number): string[] => above(what, { value, limit, cost: ours });
  return [
    ...brokenAlways(ours),
    ...check('wall time, of the pool', ours.wallSeconds / pool.wallSeconds, most.wallOfPool),
    ...check('history events a sync', events, most.eventsPerSync),
    ...check('billable actions a sync', actions, most.actionsPerSync),
    ...check('requests besides shared looks, of the unavoidable', requestRatio(ours), most.requestsOfUnavoidable),
  ];
}

/** Broken promises of growth. */
export function brokenGrowth(costs: readonly FanOutCost[]): string[] {
  const [least, ...others] = costs;
  if (!least) return [];
  const few = perSync(least);
  return [
    ...costs.flatMap(brokenAlways),
    ...others.flatMap((cost) => {
      const many = perSync(cost);
      return figures.flatMap((figure) => {
        const value = many[figure] / few[figure];
        return above(`${figure} a sync, of those with ${least.syncs} syncs`, { value, limit: growthAllowed, cost });
      });
    }),
  ];
}

function brokenAlways(cost: FanOutCost): string[] {
  const { peak, concurrency, onceEach, temporal } = cost;
  return [
    ...(onceEach ? [] : [named('each sync runs exactly once', cost)]),
    ...above('runs at once', { value: peak, limit: concurrency, cost }),
    ...above('bytes in a payload', { value: temporal?.largestPayloadBytes ?? NaN, limit: most.payloadBytes, cost }),
  ];
}

/** A figure that is not known breaks its promise, too. */
function above(what: string, { value, limit, cost }: { value: number; limit: number; cost: FanOutCost }): string[] {
  return value <= limit ? [] : [named(`${what}: ${value.toFixed(2)}, at most ${limit} promised`, cost)];
}

const named = (promise: string, { syncs, side }: FanOutCost): string => `${side}, ${syncs} syncs: ${promise}`;

/** Figures for one sync. */
export function perSync({
  syncs,
  temporal,
  requests,
  cpuSeconds,
}: FanOutCost): Record<(typeof figures)[number], number> {
  return {
    events: (temporal?.events ?? NaN) / syncs,
    actions: (temporal?.actions ?? NaN) / syncs,
    requests: requests / syncs,
    cpuMs: (cpuSeconds * 1000) / syncs,
  };
}

/** Requests besides shared looks, of those that nobody can do without. */
export function requestRatio({ syncs, requests, sharedLooks }: FanOutCost): number {
  return (requests - sharedLooks) / syncs / unavoidableRequests;
}
