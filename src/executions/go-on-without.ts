/** Waits for requests that may never be answered. */
import { sleep, type Clock } from '../polytomic/clock';

/** Resolves once `work` has ended, or after so long: then it goes on in the background. */
export async function goOnWithout(
  work: Promise<unknown>,
  afterMs: number,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  const answered = new AbortController();
  const ended = work.finally(() => answered.abort());
  await Promise.race([ended, sleep(afterMs, clock, AbortSignal.any([signal, answered.signal]))]);
}
