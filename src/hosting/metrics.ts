/** Metrics of what this process does with Polytomic, beside the SDK's own. No label ever holds an id or a name of a sync. */
import type { MetricCounter, MetricGauge, MetricHistogram, MetricMeter } from '@temporalio/common';
import { Runtime } from '@temporalio/worker';
import type { Activities } from '../activities';
import type { StartOutcome } from '../contracts/starts';
import { activityPrefix } from '../contracts/names';
import type { AwaitExecutionsResult, SettledExecution } from '../contracts/waits';
import type { PollReport } from '../executions/reads/read-scheduler';
import type { RequestObserver } from '../polytomic/call';

const second = 1_000;
const requestDuration = 'polytomic_request_duration_seconds';
const endLag = 'polytomic_end_lag_seconds';

/** Upper bounds of the histograms' buckets, in seconds. Most ends are seen within 10 s, those without an event in minutes. */
export const histogramBuckets: Record<string, number[]> = {
  [requestDuration]: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  [endLag]: [1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1_800],
};

/** What is measured, counts of everything but durations and lags, which are in seconds. */
export interface Instruments {
  readonly requests: MetricCounter;
  readonly requestDuration: MetricHistogram;
  readonly throttled: MetricCounter;
  readonly starts: MetricCounter;
  readonly polls: MetricCounter;
  readonly waits: MetricGauge;
  readonly ended: MetricCounter;
  readonly endLag: MetricHistogram;
}

/** All of them, created on first use, so that a user's own `Runtime.install` comes first. */
export function createInstruments(meter: MetricMeter): Instruments {
  return {
    requests: meter.createCounter('polytomic_requests', '', 'Requests to Polytomic, by operation and HTTP status'),
    requestDuration: meter.createHistogram(requestDuration, 'float', '', 'Duration of a request'),
    throttled: meter.createCounter('polytomic_throttled', '', 'Answers 429, each of which pauses reading'),
    starts: meter.createCounter('polytomic_starts', '', 'Syncs started, by what became of the start'),
    polls: meter.createCounter('polytomic_polls', '', 'Requests that were to tell of ends, by what they found'),
    waits: meter.createGauge('polytomic_waits', 'int', '', 'Executions that this process waits for'),
    ended: meter.createCounter('polytomic_runs_ended', '', 'Awaited executions that ended, by their ending'),
    endLag: meter.createHistogram(endLag, 'float', '', 'From the end of an execution until it was seen'),
  };
}

let shared: Instruments | undefined;

function instruments(): Instruments {
  return (shared ??= createInstruments(Runtime.instance().metricMeter));
}

/** Counts the requests of an organization's client. `status` is `none` where no whole answer came. */
export const observeRequest: RequestObserver = ({ operation, status, durationMs }) => {
  const { requests, requestDuration, throttled } = instruments();
  requests.add(1, { operation, status: String(status ?? 'none') });
  requestDuration.record(durationMs / second, { operation });
  if (status === 429) throttled.add(1, { operation });
};

/** Counts what waits and searches ask, by source and by what it told. */
export const observePoll = ({ source, found }: PollReport): void => {
  instruments().polls.add(1, { source, found });
};

/** The same activities, counting starts, waits and ends. */
export function withMetrics(activities: Activities): Activities {
  return {
    ...activities,
    ...wrapped<unknown, StartOutcome[]>(activities, 'startExecutions', countingStarts),
    ...wrapped<unknown, AwaitExecutionsResult>(activities, 'awaitExecutions', countingWaits),
  };
}

type Perform<I, O> = (input: I) => Promise<O>;

/** An activity by its short name, around which something is counted; nothing where it is not registered. */
function wrapped<I, O>(
  activities: Activities,
  name: string,
  wrap: (perform: Perform<I, O>) => Perform<I, O>,
): Activities {
  const activity = activities[activityPrefix + name];
  if (!activity) return {};
  return { [activityPrefix + name]: wrap(activity as Perform<unknown, unknown> as Perform<I, O>) };
}

function countingStarts(start: Perform<unknown, StartOutcome[]>): Perform<unknown, StartOutcome[]> {
  return async (input) => {
    const items = await start(input);
    countStarts(items);
    return items;
  };
}

function countStarts(items: StartOutcome[]): void {
  for (const item of items) {
    const how = item.type === 'started' && item.adopted ? 'adopted' : item.type;
    instruments().starts.add(1, { how });
  }
}

/** How many executions are waited for now, in all of the process. */
let waiting = 0;

function countingWaits(wait: Perform<unknown, AwaitExecutionsResult>): Perform<unknown, AwaitExecutionsResult> {
  return async (request) => {
    const count = countAwaited(request);
    instruments().waits.set((waiting += count));
    try {
      const answer = await wait(request);
      answer.settled.forEach(countEnd);
      return answer;
    } finally {
      instruments().waits.set((waiting -= count));
    }
  };
}

/** The request is not yet parsed, and may be anything. */
function countAwaited(request: unknown): number {
  const { executions } = (request ?? {}) as { executions?: unknown };
  return Array.isArray(executions) ? executions.length : 0;
}

function countEnd(settled: SettledExecution): void {
  const { ended, endLag } = instruments();
  if (settled.state === 'lost') return ended.add(1, { kind: settled.kind, ending: 'lost' });
  const { kind, ending = 'unknown', completedAt } = settled.execution;
  ended.add(1, { kind, ending });
  // Clocks may differ: what seems to have ended in the future was seen at once.
  if (completedAt !== null) endLag.record(Math.max(0, Date.now() - Date.parse(completedAt)) / second, { kind });
}
