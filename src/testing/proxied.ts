/** A connection whose proxy is asked for. */
import type { Backend } from './backend';
import type { BackendType } from './backend-type';
import type { Fields } from './fields';
import type { ProxyLimits } from './proxy-rules';

/** A connection with what its proxy needs. */
export interface Proxied {
  readonly connection: Fields;
  readonly type: BackendType | undefined;
  readonly supported: boolean;
  /** Where the proxy's state is kept: at the parent of a shared connection. */
  readonly backend: Backend;
  readonly limits: ProxyLimits;
}
