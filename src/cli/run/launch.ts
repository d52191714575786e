/** Starts workflows, and follows them unless they are to be left alone. */
import type { Temporal } from '../connect';
import { exitCodes, type ExitCode } from '../exit-codes';
import type { Session } from '../session';
import { followWorkflows } from '../watch/follow';
import type { FollowFlags } from './run-options';
import { startWorkflow, type StartRequest } from './start-workflow';

/** The exit code of all of them together. */
export async function launch(
  session: Session,
  temporal: Temporal,
  requests: readonly StartRequest[],
  flags: FollowFlags,
): Promise<ExitCode> {
  const { print } = session;
  const started = await Promise.all(requests.map((request) => startWorkflow(temporal, request)));
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
  const follow = { onInterrupt: flags.onInterrupt, ...(flags.failFast && { failFast: true }) };
  return followWorkflows(session, temporal, started, follow);
}
