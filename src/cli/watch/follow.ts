/** Follows workflows to their ends, shows them, and answers Ctrl-C: the workflows go on unless asked otherwise. */
import type { WorkflowHandle } from '@temporalio/client';
import { CliError } from '../cli-error';
import type { Temporal } from '../connect';
import { exitCodes, worstExitCode, type ExitCode } from '../exit-codes';
import type { Session } from '../session';
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
  /** Stop following after so long; the workflows go on. */
  readonly timeoutMs?: number;
}

/** What ended the following before the workflows ended. */
class Left extends Error {
  constructor(readonly exitCode: ExitCode) {
    super('left');
  }
}

/** The exit code of all of them together; their results are printed. */
export async function followWorkflows(
  session: Session,
  temporal: Temporal,
  followed: readonly Followed[],
  options: FollowOptions,
): Promise<ExitCode> {
  const leaving = new AbortController();
  const view = await createView(session);
  const runs = followed.map(({ handle: { workflowId }, title, startedAt }): WatchedRun => ({
    workflowId,
    title,
    startedAt,
  }));
  const cancelAll = (): Promise<unknown> =>
    Promise.allSettled(followed.flatMap(({ handle }, at) => (runs[at]?.end ? [] : [handle.cancel()])));
  const release = onInterrupts((count) => {
    if (count > 1 || options.onInterrupt === 'leave') return leaving.abort(new Left(exitCodes.interrupted));
    view.note('Canceling; Ctrl-C again leaves without waiting for it.');
    void cancelAll();
  });
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => leaving.abort(new Left(exitCodes.timedOut)), options.timeoutMs);
  try {
    view.show(runs);
    const ends = await Promise.all(
      followed.map(async ({ handle }, at) => {
        const change = (known: Partial<WatchedRun>): void => {
          Object.assign(runs[at] ?? {}, known);
          view.show(runs);
        };
        const watch = { temporal, handle, everyMs: view.everyMs, onChange: change, signal: leaving.signal };
        const end = await watchWorkflow(watch);
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
    if (error instanceof Left) return leave(session, error.exitCode, runs);
    throw error;
  } finally {
    clearTimeout(timer);
    release();
  }
}

function leave({ print }: Session, code: ExitCode, runs: readonly WatchedRun[]): ExitCode {
  const open = runs.filter(({ end }) => !end).map(({ workflowId }) => workflowId);
  const why = code === exitCodes.timedOut ? 'The time to wait has passed' : 'Interrupted';
  print.error(`${why}; ${open.length === 1 ? 'the workflow goes on' : `${open.length} workflows go on`}.`);
  for (const workflowId of open.slice(0, 10)) {
    print.error(`  To come back: temporal-polytomic await ${quote(workflowId)}`);
    print.error(`  To cancel:    temporal-polytomic cancel ${quote(workflowId)}`);
  }
  return code;
}

/** As a shell takes it. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Told how often a person or a supervisor asked to stop. The answer takes the listeners away. */
function onInterrupts(listener: (count: number) => void): () => void {
  let count = 0;
  const told = (): void => listener((count += 1));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, told);
  return () => signals.forEach((signal) => process.off(signal, told));
}

/** @throws CliError where a duration was given that is none */
export function requireDuration(ms: number | undefined, text: string, option: string): number {
  if (ms !== undefined) return ms;
  throw new CliError(
    exitCodes.usage,
    `${option}: expected a duration such as "2 hours", 90s or PT2H, got ${JSON.stringify(text)}`,
  );
}
