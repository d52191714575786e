/** What a worker process does with an error that nobody caught: the state of the process is unknown from then on. */

/** How it is told, and what it does. */
export interface StrayErrorOptions {
  /** Takes one line. */
  readonly log: (line: string) => void;
  /** Stops the process gracefully. */
  readonly stop: () => void;
}

/** Whether there was such an error. */
export interface StrayErrors {
  readonly met: () => boolean;
}

/**
 * Logs the first one and stops, so that another worker takes over what this one was doing. The line names the kind of the
 * error and the place in the code; its message may quote a secret.
 */
export function stopOnStrayErrors({ log, stop }: StrayErrorOptions): StrayErrors {
  let met = false;
  const onError = (error: unknown): void => {
    if (met) return;
    met = true;
    log(`An error that nobody caught stops this worker: ${describe(error)}`);
    stop();
  };
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onError);
  return { met: () => met };
}

const maxPlaces = 3;

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  const { code } = error as NodeJS.ErrnoException;
  const kind = [error.name, typeof code === 'string' ? code : ''].filter(Boolean).join(' ');
  const places = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, maxPlaces);
  // Names of functions and files, one line in all.
  return [kind.slice(0, 100), ...places.map((line) => line.trim().slice(0, 200))].join(', ');
}
