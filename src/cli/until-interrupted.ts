/** Waits for a person, or a supervisor, to end the program. */
import { once } from 'node:events';

/** Resolves at the first Ctrl-C (SIGINT) or SIGTERM; a second one ends the process as usual. */
export async function untilInterrupted(): Promise<void> {
  const waiting = new AbortController();
  await Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal, { signal: waiting.signal })));
  waiting.abort();
}
