/** Follows workflows to their ends, shows them, and answers Ctrl-C: the workflows go on unless asked otherwise. */
import type { WorkflowHandle } from '@temporalio/client';
import { systemClock } from '../../polytomic/clock';
import { CliError } from '../cli-error';
import type { Temporal } from '../connect';
import { exitCodes, worstExitCode, type ExitCode } from '../exit-codes';
import type { Session } from '../session';
import { quote } from '../shell-word';
import { printEnds } from './print-ends';
import { createView } from './view';
import { watchWorkflow } from './watch-workflow';
import type { WatchedRun, WatchEnd } from './watched-run';

/** One workflow to follow. */
export interface Followed {
  readonly handle: WorkflowHandle;
  readonly title: string;
  readonly startedAt: number;
}

/** How to follow. */
export interface FollowOptions {
  readonly onInterrupt: 'leave' | 'cancel';
  /** Cancel the others once one did not succeed. */
  readonly failFast?: boolean;
  /** A canceled end is what the command was called for, so that its code is 0. */
  readonly isCancelWanted?: boolean;
  /** Stop following after so long; the workflows go on. */
  readonly timeoutMs?: number;
  /** Somebody pressed Ctrl-C already, while they were being started. */
  readonly isInterrupted?: boolean;
}

/** The exit code of all of them together; their results are printed. */
export async function followWorkflows(
  session: Session,
  temporal: Temporal,
  followed: readonly Followed[],
  options: FollowOptions,
): Promise<ExitCode> {
  const { signal } = session;
  const view = await createView(session);
  const runs = followed.map(({ handle: { workflowId }, title, startedAt }): WatchedRun => ({
    workflowId,
    title,
    startedAt,
  }));
  const cancelAll = (): Promise<unknown> =>
    Promise.allSettled(followed.flatMap(({ handle }, at) => (runs[at]?.end ? [] : [handle.cancel()])));
  const onInterrupt = (count: number): void => {
    if (count > 1 || options.onInterrupt === 'leave')
      return session.leave(new CliError(exitCodes.interrupted, 'Interrupted'));
    view.note('Canceling; Ctrl-C again leaves without waiting for it.');
    void cancelAll();
  };
  const release = session.interrupts.listen(onInterrupt);
  const tooLate = (): void => session.leave(new CliError(exitCodes.timedOut, 'Too late'));
  const stopTimer = systemClock.setTimer(options.timeoutMs ?? Infinity, tooLate);
  try {
    view.show(runs);
    if (options.isInterrupted) onInterrupt(1);
    const ends = await Promise.all(
      followed.map(async ({ handle }, at) => {
        const change = (known: Partial<WatchedRun>): void => {
          Object.assign(runs[at] ?? {}, known);
          view.show(runs);
        };
        const watched = await watchWorkflow({ temporal, handle, everyMs: view.everyMs, onChange: change, signal });
        const isWanted = options.isCancelWanted && watched.exitCode === exitCodes.canceled;
        const end = isWanted ? { ...watched, exitCode: exitCodes.ok } : watched;
        change({ end, trouble: undefined });
        if (options.failFast && end.exitCode !== exitCodes.ok) void cancelAll();
        return end;
      }),
    );
    view.close();
    await printEnds(
      session,
      followed.map(({ handle, title }, at) => ({ handle, title, end: ends[at] as WatchEnd })),
    );
    return worstExitCode(ends.map(({ exitCode }) => exitCode as ExitCode));
  } catch (error) {
    view.close();
    const open = runs.filter(({ end }) => !end).map(({ workflowId }) => workflowId);
    if (signal.aborted) return leave(session, (signal.reason as CliError).exitCode, open);
    throw error;
  } finally {
    stopTimer();
    release();
  }
}

/** Says how to come back to workflows that go on. */
export function leave({ print }: Session, code: ExitCode, open: readonly string[]): ExitCode {
  const why = code === exitCodes.timedOut ? 'The time to wait has passed' : 'Interrupted';
  print.error(`${why}; ${open.length === 1 ? 'the workflow goes on' : `${open.length} workflows go on`}.`);
  for (const workflowId of open.slice(0, 10)) {
    print.error(`  To come back: temporal-polytomic await ${quote(workflowId)}`);
    print.error(`  To cancel:    temporal-polytomic cancel ${quote(workflowId)}`);
  }
  return code;
}

/** @throws CliError where a duration was given that is none */
export function requireDuration(ms: number | undefined, text: string, option: string): number {
  if (ms !== undefined) return ms;
  throw new CliError(
    exitCodes.usage,
    `${option}: expected a duration such as "2 hours", 90s or PT2H, got ${JSON.stringify(text)}`,
  );
}
