/** What the global setup starts for all files of server tests, and how those find it. */
import type { DevServer } from '../../../src/dev-server/start-dev-server';

/** Environment variables, inherited by jest's workers, that the harness reads. */
export const sharedServerEnv = {
  cliPath: 'POLYTOMIC_TEST_TEMPORAL_CLI',
  address: 'POLYTOMIC_TEST_TEMPORAL_ADDRESS',
  bundle: 'POLYTOMIC_TEST_WORKFLOW_BUNDLE',
} as const;

/** Setup and teardown run in one process, but as two programs: this is where the first leaves things to the second. */
export const shared: { server?: DevServer; folder?: string } = {};
