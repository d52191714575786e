/** Fails every test during which a promise is rejected that nobody listens to: it would end a worker. */
import { afterEach } from '@jest/globals';

// Taken before any test replaces the timers.
const nextTurn = setImmediate;
const rejections: unknown[] = [];

process.on('unhandledRejection', (reason) => rejections.push(reason));

afterEach(async () => {
  // Node reports a rejection only once the promises of its turn have run.
  await new Promise((resolve) => nextTurn(resolve));
  const [reason, ...others] = rejections.splice(0);
  if (reason === undefined) return;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  throw new Error(`A promise was rejected and nobody listened${more}`, { cause: reason });
});
