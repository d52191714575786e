/** A connection whose proxy is asked for. */
import type { ConnectedSystem } from './connected-system';
import type { SystemType } from './system-type';
import type { Fields } from './fields';
import type { ProxyLimits } from './proxy-rules';

/** A connection with what its proxy needs. */
export interface Proxied {
  readonly connection: Fields;
  readonly type: SystemType | undefined;
  readonly supported: boolean;
  /** Where the proxy's state is kept: at the parent of a shared connection. */
  readonly system: ConnectedSystem;
  readonly limits: ProxyLimits;
}
