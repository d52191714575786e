/** A session of the dialog in which somebody outside connects a system of theirs. */
import type { Fields } from './fields';

/** A session as stored; its token is the only credential that reads it. */
export interface ConnectSession {
  readonly id: string;
  readonly token: string;
  /** As asked for: `name`, `redirect_url`, `type`, `whitelist`, `dark` and `connection` among them. */
  readonly request: Fields;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The connection that was made or changed in it: one, and no second. */
  connectionId?: string;
}
