/** Ends what the global setup started. */
import { rm } from 'node:fs/promises';
import { shared } from './shared-server';

module.exports = async function globalTeardown(): Promise<void> {
  await shared.server?.stop();
  if (shared.folder) await rm(shared.folder, { recursive: true, force: true });
};
