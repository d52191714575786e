/** Shows the runs that are watched: a table drawn over itself on a terminal, plain lines elsewhere. */
import type { Session } from '../session';
import { liveTable } from './live-table';
import { plainLines } from './plain-lines';
import type { WatchedRun } from './watched-run';

/** A view of some runs. */
export interface View {
  /** Something changed. */
  show(runs: readonly WatchedRun[]): void;
  /** Words for a person; written past it, they would be drawn over. */
  note(text: string): void;
  /** Leaves what is shown on the screen, and stops. */
  close(): void;
  /** Between two queries of each run, milliseconds. */
  readonly everyMs: number;
}

const frameMs = 250;

/** The view that suits the session: none when `--quiet`, as then only the outcome is asked for. */
export async function createView(session: Session): Promise<View> {
  if (session.options.quiet)
    return { show: () => undefined, note: (text) => session.print.note(text), close: () => undefined, everyMs: 2_000 };
  return session.context.terminal.isInteractive ? createTable(session) : createPlainView(session);
}

function createPlainView({ print }: Session): View {
  const before = new Map<string, WatchedRun>();
  return {
    everyMs: 2_000,
    show(runs) {
      for (const run of runs) {
        for (const line of plainLines(before.get(run.workflowId), run))
          print.note(`${new Date().toISOString()} ${line}`);
        before.set(run.workflowId, { ...run });
      }
    },
    note: (text) => print.note(text),
    close: () => undefined,
  };
}

async function createTable({ print, context: { terminal } }: Session): Promise<View> {
  const { createLogUpdate } = await import('log-update');
  const update = createLogUpdate(process.stderr, { showCursor: true });
  let runs: readonly WatchedRun[] = [];
  const draw = (): void => {
    const frame = { columns: terminal.columns(), rows: terminal.rows(), now: Date.now(), colors: print.wordColors };
    update(liveTable(runs, frame).join('\n'));
  };
  // Ages move on although nothing else does.
  const timer = setInterval(draw, frameMs);
  return {
    everyMs: 1_000,
    show: (shown) => void (runs = shown),
    note(text) {
      update.clear();
      print.note(text);
      draw();
    },
    close() {
      clearInterval(timer);
      draw();
      update.done();
    },
  };
}
