/** What the status that Polytomic reports of a connection says about a run that needs it. */

/** A connection as it was read. */
export interface ConnectionStatus {
  connectionId: string;
  name: string | null;
  status: string | null;
  /** Why it is not healthy, in Polytomic's words. */
  statusError: string | null;
}

/** `unclear`: nobody documents what such a status means, or Polytomic has not found out yet. */
export type ConnectionVerdict = 'healthy' | 'unhealthy' | 'unclear';

/** Only what Polytomic itself calls unhealthy keeps a run from being started. */
export function judgeConnection({ status }: Pick<ConnectionStatus, 'status'>): ConnectionVerdict {
  return status === 'healthy' || status === 'unhealthy' ? status : 'unclear';
}
