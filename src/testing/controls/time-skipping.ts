/** The emulator beside Temporal's time-skipping test server. */
import { ServerTime, type TimeSkippingEnvironment } from '../state/server-time';
import { buildInProcess, type InProcessEmulator, type InProcessOptions } from './in-process';

/** Options of {@link createTimeSkippingEmulator}: those of an emulator whose time is not its own. */
export type TimeSkippingOptions = Omit<InProcessOptions, 'clock' | 'startAt'>;

/** An emulator whose time is that of a test server. */
export interface TimeSkippingEmulator extends InProcessEmulator {
  /** For `new PolytomicPlugin(…)`: the worker reaches the emulator, and its waits are skipped. */
  readonly pluginOptions: {
    readonly apiKey: string;
    readonly url: string;
    readonly fetch: InProcessEmulator['fetch'];
    readonly clock: ServerTime;
    readonly heartbeatTimeout: '365 days';
  };
}

/** Skipped hours bring no heartbeats, as the SDK sends these by the machine's clock. */
const heartbeatTimeout = '365 days';

/**
 * Creates an emulator for workflows in `TestWorkflowEnvironment.createTimeSkipping()`: hours of a sync pass in a moment, and the
 * workflow, the worker and the emulator agree on the time.
 *
 * @param environment one that is used by one test at a time, as the server has one time for all of its workflows.
 * @throws TypeError when the environment skips no time.
 */
export async function createTimeSkippingEmulator(
  environment: TimeSkippingEnvironment,
  options: TimeSkippingOptions = {},
): Promise<TimeSkippingEmulator> {
  if (!environment.supportsTimeSkipping) {
    throw new TypeError('environment: expected one of TestWorkflowEnvironment.createTimeSkipping()');
  }
  const clock = await ServerTime.follow(environment, () => emulation.nextChangeAt());
  const { emulator, emulation } = buildInProcess({ url: 'https://polytomic.invalid', ...options, clock });
  const { apiKey, url, fetch } = emulator;
  return { ...emulator, pluginOptions: { apiKey, url, fetch, clock, heartbeatTimeout } };
}
