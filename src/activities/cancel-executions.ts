/** `cancelExecutions`: asks for all cancels first, then reads the runs until they have ended, within a bound. */
import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { CompositeActivities } from '../contracts/composite-activities';
import { failureTypes } from '../contracts/failure-types';
import type { CancelItem, CancelledItem } from '../contracts/starts';
import type { ErrorText } from '../contracts/waits';
import { adapterFor } from '../executions/adapter-for';
import { cancelRun, type CancelAttempt } from '../executions/cancel-runs';
import { compactExecution } from '../executions/compact-execution';
import { createLanes } from '../executions/lanes';
import { withUrls } from '../executions/with-urls';
import { withoutTexts } from '../executions/without-texts';
import { truncateText } from '../rules/quoted';
import { organizationOf, requireSteps, type RunStep } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { toItemFailure } from './failure';
import { startHeartbeats } from './heartbeats';
import { retryably } from './retryably';

/** Requests under way at once. */
const maxAtOnce = 20;

/** Often enough for the heartbeat timeout of cancels, which finds a killed worker. */
const heartbeatEveryMs = 5_000;

/** Where a worker may not cancel, another one may: as many attempts are given to others before it is reported. */
const maxAskedWorkers = 4;

/** Even an attempt that begins late reads each run once. */
const minBoundMs = 2_000;

/** With `compact`: of one item; an answer that is larger keeps no words of messages. */
const maxProblemLength = 200;
const maxTextBytes = 200 * 1024;

/** Heartbeat details. */
interface CancelHeartbeat {
  v: 1;
  /** Milliseconds that attempts have taken so far, by their monotonic clocks. */
  elapsedMs: number;
  /** Indexes of the items whose cancel was accepted. */
  requested: number[];
}

/** Makes the activity. It answers per item; trouble of the API is told there, never thrown. */
export function createCancelExecutions(deps: ActivityDependencies): CompositeActivities['cancelExecutions'] {
  return async ({ organization: name, items, timeoutMs, errorText = 'include', compact = false, urls = false }) => {
    const context = Context.current();
    const organization = retryably(() => {
      const found = organizationOf(deps, name, 'cancelExecutions');
      if (context.info.attempt < maxAskedWorkers)
        for (const item of items) requireSteps(found, item.kind, stepsOf(item));
      return found;
    }, null);
    const { clock, serverClock } = organization.client;
    const earlier = parseHeartbeat(context.info.heartbeatDetails);
    const beganAt = clock.monotonic();
    const elapsedMs = (): number => earlier.elapsedMs + clock.monotonic() - beganAt;
    const requested = new Set(earlier.requested);
    const over = new AbortController();
    setMaxListeners(0, over.signal);
    const attempt: CancelAttempt = {
      ...{ clock, serverClock, lanes: createLanes(maxAtOnce, clock), errorText, signal: over.signal, elapsedMs },
      boundMs: timeoutMs,
      readsFirst: items.length <= maxAtOnce,
      wasRequested: (item) => earlier.requested.includes(items.indexOf(item)),
      onRequested: (item) => requested.add(items.indexOf(item)),
    };
    const details = (): CancelHeartbeat => ({ v: 1, elapsedMs: elapsedMs(), requested: [...requested] });
    const stopHeartbeats = startHeartbeats(context, heartbeatEveryMs, details, clock);
    const { cancellationSignal } = context;
    cancellationSignal.addEventListener('abort', () => over.abort(), { once: true });
    const cancelTimer = clock.setTimer(Math.max(timeoutMs - earlier.elapsedMs, minBoundMs), () => over.abort());
    try {
      const cancelled = await Promise.all(items.map((item) => cancelAllowed(attempt, organization, item)));
      const told = cancelled.map((one, index) => ({
        ...one,
        requested: requested.has(index) || isAskedByEarlierAttempt(context, items[index], one),
      }));
      if (context.cancellationDetails?.workerShutdown && !told.every(({ confirmed }) => confirmed)) {
        context.heartbeat(details());
        throw handOver();
      }
      const described = urls ? await withPages(organization, told, cancellationSignal) : told;
      return fitCancelled(described, { compact, errorText });
    } finally {
      cancelTimer();
      stopHeartbeats();
      over.abort();
    }
  };
}

/** Whatever a run came to, a timeout or a limit may count it as failed. */
function withPages(
  { client }: Organization,
  cancelled: CancelledItem[],
  signal: AbortSignal,
): Promise<CancelledItem[]> {
  return withUrls(client, cancelled, { signal, mayStillFail: () => true });
}

/** Another worker goes on at once with what is left of the bound. */
function handOver(): ApplicationFailure {
  return ApplicationFailure.create({
    type: failureTypes.Unavailable,
    message: 'The worker stops; the cancel goes on at another one',
    nextRetryDelay: '1ms',
    category: ApplicationFailureCategory.BENIGN,
  });
}

const stepsOf = ({ cancel }: CancelItem): RunStep[] => (cancel ? ['read', 'cancel'] : ['read']);

async function cancelAllowed(
  attempt: CancelAttempt,
  organization: Organization,
  item: CancelItem,
): Promise<CancelledItem> {
  const { executionId, kind } = item;
  try {
    requireSteps(organization, kind, stepsOf(item));
  } catch (error) {
    return { executionId, requested: false, confirmed: false, execution: null, problem: toItemFailure(error).message };
  }
  return cancelRun(attempt, { adapter: adapterFor(kind, organization.client), item });
}

/** A killed attempt may have asked without a word of it; what a later one finds canceled counts as canceled by us. */
function isAskedByEarlierAttempt(
  { info }: Context,
  item: CancelItem | undefined,
  { execution }: CancelledItem,
): boolean {
  return item?.cancel === true && info.attempt > 1 && execution?.ending === 'canceled';
}

/** Details of another version are ignored: then the bound begins anew. */
function parseHeartbeat(details: unknown): CancelHeartbeat {
  const known = details as Partial<CancelHeartbeat> | null | undefined;
  const isKnown = known?.v === 1 && typeof known.elapsedMs === 'number' && Array.isArray(known.requested);
  return isKnown ? (known as CancelHeartbeat) : { v: 1, elapsedMs: 0, requested: [] };
}

function fitCancelled(
  cancelled: CancelledItem[],
  { compact, errorText }: { compact: boolean; errorText: ErrorText },
): CancelledItem[] {
  const isLarge = (items: unknown[]): boolean => Buffer.byteLength(JSON.stringify(items)) > maxTextBytes;
  const told = compact || isLarge(cancelled) ? cancelled.map(compactItem) : cancelled;
  return errorText === 'omit' || isLarge(told) ? told.map(withoutItsTexts) : told;
}

function compactItem({ execution, problem, ...item }: CancelledItem): CancelledItem {
  return {
    ...item,
    execution: execution && compactExecution(execution),
    problem: problem && truncateText(problem, maxProblemLength),
  };
}

function withoutItsTexts(cancelled: CancelledItem): CancelledItem {
  return { ...cancelled, execution: cancelled.execution && withoutTexts(cancelled.execution) };
}
