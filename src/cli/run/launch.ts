/** Starts workflows, and follows them unless they are to be left alone. */
import { checkWorkflowInput } from '../../inputs/check-workflow-input';
import { CliError } from '../cli-error';
import type { Temporal } from '../connect';
import { exitCodes, type ExitCode } from '../exit-codes';
import type { Session } from '../session';
import { quote } from '../shell-word';
import { followWorkflows } from '../watch/follow';
import type { FollowFlags } from './run-options';
import { identifyStart, startWorkflow, type IdentifiedStart, type StartRequest } from './start-workflow';

/** The exit code of all of them together. @throws InvalidInputError before anything is started */
export async function launch(
  session: Session,
  temporal: Temporal,
  requests: readonly StartRequest[],
  flags: FollowFlags,
): Promise<ExitCode> {
  const { print, interrupts } = session;
  for (const { workflow, input } of requests) checkWorkflowInput(workflow, input);
  const starts = requests.map(identifyStart);
  const { onInterrupt } = flags;
  let interrupted = 0;
  const release = interrupts.listen((count) => {
    interrupted = count;
    if (count > 1 || onInterrupt === 'leave') session.leave(whileStarting(starts));
  });
  const started = await Promise.all(starts.map((start) => startWorkflow(temporal, start))).finally(release);
  for (const { handle, title, wasOpen } of started) {
    print.note(`${title}: workflow ${handle.workflowId} ${wasOpen ? 'was open already; following it' : 'started'}`);
  }
  if (flags.detach) {
    const columns = [{ title: 'Workflow', show: (row: { workflowId: string }) => row.workflowId }];
    print.rows(
      started.map(({ handle, title }) => ({ workflowId: handle.workflowId, title })),
      columns,
      'Nothing was started',
    );
    return exitCodes.ok;
  }
  return followWorkflows(session, temporal, started, {
    onInterrupt,
    isInterrupted: interrupted > 0,
    ...(flags.failFast && { failFast: true }),
  });
}

/** Nobody knows then whether the starts took effect. */
function whileStarting(starts: readonly IdentifiedStart[]): CliError {
  const message = `Interrupted during the start: ${starts.length === 1 ? 'the workflow' : 'each workflow'} may be under way`;
  const ways = starts.slice(0, 10).map(({ workflowId }) => `temporal-polytomic await ${quote(workflowId)}`);
  return new CliError(exitCodes.interrupted, message, `To come back: ${ways.join('\n                ')}`);
}
