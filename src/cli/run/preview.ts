/** What a fan-out would do, by its own dry run. */
import type { FanOutResult } from '../../contracts/fan-out-result';
import type { Temporal } from '../connect';
import { formatCount, toCell } from '../style';
import { newWorkflowId } from './start-workflow';

/** @throws WorkflowFailedError for a wrong input, so that it is said before anybody is asked */
export async function previewFanOut(
  temporal: Temporal,
  workflow: string,
  input: Record<string, unknown>,
): Promise<FanOutResult> {
  return temporal.client.workflow.execute<(input: unknown) => Promise<FanOutResult>>(workflow, {
    args: [{ ...input, dryRun: true }],
    taskQueue: temporal.taskQueue,
    workflowId: newWorkflowId(workflow, 'dry-run'),
    staticSummary: 'Preview for a terminal; starts nothing',
  });
}

const maxNames = 10;

/** The preview in words. */
export function previewText({ total, dryRun, listComplete, failed, skipped, failures }: FanOutResult): string {
  const syncs = dryRun?.syncs ?? [];
  const count = total - failed - skipped;
  const cost =
    `${formatCount(count)} syncs would run, with about ${formatCount(dryRun?.requests)} requests to Polytomic and ` +
    `${formatCount(dryRun?.billableActions)} billable actions of Temporal:`;
  return [
    count > 0 ? cost : 'No sync would run.',
    ...syncs.slice(0, maxNames).map(({ name, syncId }) => `  ${toCell(name || syncId)}`),
    ...(count > maxNames ? [`  … ${formatCount(count - Math.min(maxNames, syncs.length))} more`] : []),
    ...(failed > 0 ? [`${formatCount(failed)} would fail:`] : []),
    ...failures
      .slice(0, maxNames)
      .map(({ name, syncId, reason }) => `  ${toCell(name ?? syncId)}: ${toCell(reason ?? '', 200)}`),
    ...(skipped > 0 ? [`${formatCount(skipped)} would be skipped.`] : []),
    ...(listComplete ? [] : ["Polytomic's list may be incomplete: there may be more syncs."]),
  ].join('\n');
}
