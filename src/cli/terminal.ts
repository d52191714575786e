/** What the program is attached to. */

/** The parts of a terminal that commands look at. */
export interface Terminal {
  /** Both ways: a person can be asked, and a table may be drawn over itself. */
  readonly isInteractive: boolean;
  /** Whether standard output is a terminal. */
  readonly isTty: boolean;
  readonly columns: () => number;
  readonly rows: () => number;
}

/** For programs that are called by others. */
export const noTerminal: Terminal = { isInteractive: false, isTty: false, columns: () => 80, rows: () => 24 };

/** The terminal of this process; dumb ones, as in editors and CI, count as none. */
export function processTerminal(env: NodeJS.ProcessEnv): Terminal {
  const isDumb = env.TERM === 'dumb';
  return {
    isInteractive: Boolean(process.stdin.isTTY && process.stderr.isTTY) && !isDumb,
    isTty: Boolean(process.stdout.isTTY) && !isDumb,
    columns: () => process.stderr.columns || 80,
    rows: () => process.stderr.rows || 24,
  };
}
