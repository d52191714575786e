/** Reads whether the connections of syncs are healthy, before these are started. */
import type { ItemFailure } from '../contracts/item-failure';
import { failureTypes } from '../contracts/failure-types';
import type { ErrorText } from '../contracts/waits';
import type { PolytomicClient } from '../polytomic/client';
import { isPolytomicError } from '../polytomic/errors';
import { judgeConnection, type ConnectionStatus } from '../rules/connection-health';
import { truncateText } from '../rules/quoted';
import type { SyncAdapter } from './sync-adapter';
import { toShownText } from './wire-values';

/** What it is built from. */
export interface ConnectionHealthOptions {
  client: PolytomicClient;
  errorText: ErrorText;
  /** Where what is unclear is reported. */
  warn: (message: string, attributes: Record<string, unknown>) => void;
}

const maxTextLength = 500;
/** As of every failure. */
const maxMessageLength = 1_024;

/** For one attempt of an activity: models and connections that several syncs share are read once. */
export class ConnectionHealth {
  private readonly connections = new Map<string, Promise<ConnectionStatus | null>>();
  private readonly connectionsOfModels = new Map<string, Promise<string | null>>();

  constructor(private readonly options: ConnectionHealthOptions) {}

  /**
   * Why the sync should not be started; undefined: nothing speaks against it.
   *
   * @param signal ends the reads, as the attempt has no more time for them
   * @throws PolytomicError where that cannot be found out now, or the signal's reason
   */
  async findUnhealthy(adapter: SyncAdapter, syncId: string, signal: AbortSignal): Promise<ItemFailure | undefined> {
    const references = await this.ifShown({ syncId }, () => adapter.readReferences(syncId, { signal }));
    const { connectionIds = [], modelIds = [] } = references ?? {};
    const ofModels = await Promise.all(
      modelIds.map((id) => readOnce(this.connectionsOfModels, id, () => this.readModel(id, signal))),
    );
    const ids = new Set([...connectionIds, ...ofModels.flatMap((id) => id || [])]);
    const connections = await Promise.all(
      [...ids].map((id) => readOnce(this.connections, id, () => this.readConnection(id, signal))),
    );
    const unhealthy = connections.filter((one) => one !== null && judgeConnection(one) === 'unhealthy');
    return unhealthy.length > 0 ? this.toFailure(syncId, unhealthy as ConnectionStatus[]) : undefined;
  }

  private async readModel(modelId: string, signal: AbortSignal): Promise<string | null> {
    const { client } = this.options;
    const model = await this.ifShown({ modelId }, () => client.models.get({ id: modelId }, { signal }));
    return model?.connection_id ?? null;
  }

  private async readConnection(connectionId: string, signal: AbortSignal): Promise<ConnectionStatus | null> {
    const { client, warn } = this.options;
    const read = await this.ifShown({ connectionId }, () => client.connections.get({ id: connectionId }, { signal }));
    if (!read) return null;
    const { status = null } = read;
    if (judgeConnection({ status }) === 'unclear') {
      warn('The status of a connection is unclear; its sync is started all the same', { connectionId, status });
    }
    return { connectionId, name: toShownText(read.name), status, statusError: toShownText(read.status_error) };
  }

  /** Null where Polytomic does not show something to this key, which says nothing of its health. */
  private async ifShown<T>(subject: Record<string, unknown>, read: () => Promise<T>): Promise<T | null> {
    try {
      return await read();
    } catch (error) {
      const isHidden = isPolytomicError(error) && (error.code === 'NotFound' || error.code === 'Forbidden');
      if (!isHidden || !error.fromApi) throw error;
      this.options.warn('A sync, a model or a connection cannot be read; the start is decided without it', {
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
      statusError: isShown && statusError !== null ? truncateText(statusError, maxTextLength) : null,
    }));
    const named = connections.map(({ connectionId, name, statusError }) => {
      const who = name ? `"${name}" (${connectionId})` : connectionId;
      return `connection ${who} is unhealthy${statusError ? `: ${statusError}` : ''}`;
    });
    return {
      type: failureTypes.ConnectionUnhealthy,
      message: truncateText(named.join('; '), maxMessageLength),
      nonRetryable: false,
      details: [{ syncId, connections }],
    };
  }
}

function readOnce<T>(known: Map<string, Promise<T>>, id: string, read: () => Promise<T>): Promise<T> {
  const found = known.get(id) ?? read();
  known.set(id, found);
  return found;
}
