/** What the program is attached to. */

/** The parts of a terminal that commands look at. */
export interface Terminal {
  /** Both ways: a person can be asked, and a table may be drawn over itself. */
  readonly isInteractive: boolean;
  /** Standard output, where data go, is shown to a person. */
  readonly showsData: boolean;
  /** Standard error, where words go, is shown to a person. */
  readonly showsWords: boolean;
  readonly columns: () => number;
  readonly rows: () => number;
}

/** For programs that are called by others. */
export const noTerminal: Terminal = {
  ...{ isInteractive: false, showsData: false, showsWords: false },
  ...{ columns: () => 80, rows: () => 24 },
};

/** The terminal of this process; dumb ones, as in editors and CI, count as none. */
export function processTerminal(env: NodeJS.ProcessEnv): Terminal {
  const isDumb = env.TERM === 'dumb';
  return {
    isInteractive: Boolean(process.stdin.isTTY && process.stderr.isTTY) && !isDumb,
    showsData: Boolean(process.stdout.isTTY) && !isDumb,
    showsWords: Boolean(process.stderr.isTTY) && !isDumb,
    columns: () => process.stderr.columns || 80,
    rows: () => process.stderr.rows || 24,
  };
}
