/** Reads whether the connections of syncs are healthy, before these are started. */
import type { ItemFailure } from '../contracts/composite-activities';
import { failureTypes } from '../contracts/failure-types';
import type { ErrorText } from '../contracts/waits';
import type { PolytomicClient } from '../polytomic/client';
import { isPolytomicError } from '../polytomic/errors';
import { judgeConnection, type ConnectionStatus } from '../rules/connection-health';
import type { SyncAdapter } from './sync-adapter';

/** What it is built from. */
export interface ConnectionHealthOptions {
  client: PolytomicClient;
  signal: AbortSignal;
  errorText: ErrorText;
  /** Where what is unclear is reported. */
  warn: (message: string, attributes: Record<string, unknown>) => void;
}

const maxTextLength = 500;

/** For one attempt of an activity: connections that several syncs share are read once. */
export class ConnectionHealth {
  private readonly read = new Map<string, Promise<ConnectionStatus | null>>();

  constructor(private readonly options: ConnectionHealthOptions) {}

  /** Why the sync should not be started; undefined: nothing speaks against it. @throws PolytomicError where that cannot be found out now */
  async findUnhealthy(adapter: SyncAdapter, syncId: string): Promise<ItemFailure | undefined> {
    const { signal } = this.options;
    const ids = (await this.ifShown({ syncId }, () => adapter.connectionIds(syncId, { signal }))) ?? [];
    const connections = await Promise.all(ids.map((id) => this.readOnce(id)));
    const unhealthy = connections.filter((one) => one !== null && judgeConnection(one) === 'unhealthy');
    return unhealthy.length > 0 ? this.toFailure(syncId, unhealthy as ConnectionStatus[]) : undefined;
  }

  private readOnce(id: string): Promise<ConnectionStatus | null> {
    const known = this.read.get(id) ?? this.readConnection(id);
    this.read.set(id, known);
    return known;
  }

  private async readConnection(connectionId: string): Promise<ConnectionStatus | null> {
    const { client, signal, warn } = this.options;
    const read = await this.ifShown({ connectionId }, () => client.connections.get({ id: connectionId }, { signal }));
    if (!read) return null;
    const { name = null, status = null, status_error: statusError = null } = read;
    if (judgeConnection({ status }) === 'unclear') {
      warn('The status of a connection is unclear; its sync is started all the same', { connectionId, status });
    }
    return { connectionId, name, status, statusError };
  }

  /** Null where Polytomic does not show something to this key, which says nothing of its health. */
  private async ifShown<T>(subject: Record<string, unknown>, read: () => Promise<T>): Promise<T | null> {
    try {
      return await read();
    } catch (error) {
      const isHidden = isPolytomicError(error) && (error.code === 'NotFound' || error.code === 'Forbidden');
      if (!isHidden || !error.fromApi) throw error;
      this.options.warn('The connections of a sync cannot be read; it is started all the same', {
        ...subject,
        code: error.code,
      });
      return null;
    }
  }

  private toFailure(syncId: string, unhealthy: readonly ConnectionStatus[]): ItemFailure {
    const isShown = this.options.errorText === 'include';
    const connections = unhealthy.map(({ statusError, ...connection }) => ({
      ...connection,
      statusError: isShown ? (statusError?.slice(0, maxTextLength) ?? null) : null,
    }));
    const named = connections.map(({ connectionId, name, statusError }) => {
      const who = name ? `"${name}" (${connectionId})` : connectionId;
      return `connection ${who} is unhealthy${statusError ? `: ${statusError}` : ''}`;
    });
    return {
      type: failureTypes.ConnectionUnhealthy,
      message: named.join('; '),
      nonRetryable: false,
      details: [{ syncId, connections }],
    };
  }
}
