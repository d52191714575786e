/** `cancelExecutions`: cancels runs at execution level and reads them until they have ended, within a bound. */
import { Context } from '@temporalio/activity';
import type { CancelItem, CancelledItem, CompositeActivities } from '../contracts/composite-activities';
import { adapterFor } from '../executions/adapter-for';
import { cancelOne } from '../executions/cancel';
import { compactExecution } from '../executions/compact-execution';
import { withoutTexts } from '../executions/without-texts';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { toItemFailure } from './failure';
import { startHeartbeats } from './heartbeats';
import { inParallel } from './in-parallel';

/** Requests under way at once. */
const mostAtOnce = 20;

/** Often enough for the heartbeat timeout of cancels, which finds a killed worker. */
const heartbeatEveryMs = 5_000;

/** Even a try that begins late reads each run once. */
const shortestMs = 2_000;

/** With `compact`: of one item, and an answer that is larger keeps no words of messages. */
const longestProblem = 200;
const mostTextBytes = 200 * 1024;

/** Makes the activity. It answers per item; trouble of the API is told there, never thrown. */
export function createCancelExecutions(deps: ActivityDependencies): CompositeActivities['cancelExecutions'] {
  return async ({ organization: name, items, timeoutMs, errorText, compact = false }) => {
    const organization = organizationOf(deps, name);
    const context = Context.current();
    // Counted from the first try, so that a worker killed meanwhile does not make the bound begin anew.
    const left = context.info.scheduledTimestampMs + timeoutMs - Date.now();
    const stopHeartbeats = startHeartbeats(context, heartbeatEveryMs, () => undefined);
    try {
      const cancelled = await inParallel(items, mostAtOnce, (item) =>
        cancelAllowed(organization, item, Math.max(left, shortestMs)),
      );
      const told = compact ? cancelled.map(compactItem) : cancelled;
      const tooMuch = compact && Buffer.byteLength(JSON.stringify(told)) > mostTextBytes;
      return errorText === 'omit' || tooMuch ? told.map(withoutItsTexts) : told;
    } finally {
      stopHeartbeats();
    }
  };
}

async function cancelAllowed(organization: Organization, item: CancelItem, timeoutMs: number): Promise<CancelledItem> {
  const { executionId, kind } = item;
  try {
    requireSteps(organization, kind, item.cancel ? ['read', 'cancel'] : ['read']);
  } catch (error) {
    return { executionId, requested: false, confirmed: false, execution: null, problem: toItemFailure(error).message };
  }
  const cancelled = await cancelOne({ adapter: adapterFor(kind, organization.client), item, timeoutMs });
  return { ...cancelled, requested: cancelled.requested || askedByEarlierTry(item, cancelled) };
}

/** A try that was killed may have asked before; what a later one finds canceled counts as canceled by us. */
function askedByEarlierTry(item: CancelItem, { execution }: CancelledItem): boolean {
  return item.cancel && Context.current().info.attempt > 1 && execution?.ending === 'canceled';
}

function compactItem({ execution, problem, ...item }: CancelledItem): CancelledItem {
  return {
    ...item,
    execution: execution && compactExecution(execution),
    problem: problem && problem.slice(0, longestProblem),
  };
}

function withoutItsTexts(cancelled: CancelledItem): CancelledItem {
  return { ...cancelled, execution: cancelled.execution && withoutTexts(cancelled.execution) };
}
