/** The state of a connection's proxy: whether it is on, and what was called through it. */
import type { ProxyControls } from '../controls/proxy-controls';

/** A call that went through, for the limits and the statistics. */
export interface ProxyCall {
  readonly at: number;
  /** The status that the other system answered; none where it did not answer. */
  readonly status?: number;
}

/** A connection's proxy as stored. */
export interface Proxy {
  enabled: boolean;
  /** Of the last 24 hours, oldest first. */
  calls: ProxyCall[];
}

/** A proxy that nothing was called through yet. */
export const makeProxy = ({ enabled = true }: ProxyControls): Proxy => ({ enabled, calls: [] });
