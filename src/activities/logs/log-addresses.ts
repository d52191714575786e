/** Where the log files of a run are: signed addresses, asked for late, as they hold for a short time. */
import type { LogDownloadInput, LogType } from '../../contracts/log-files';
import type { PolytomicClient } from '../../polytomic/client';
import type { ReadOptions } from '../../executions/sync-adapter';

/** All that a model sync's run may leave. */
export const logTypes: readonly LogType[] = ['records', 'errors', 'warnings', 'inserts', 'updates', 'deletes'];

/** Files that are listed together. */
export interface LogFolder {
  /** Empty where a run has but one kind. */
  name: LogType | '';
  /** @throws PolytomicError */
  addresses(): Promise<string[]>;
  /** The signed address of one of them. @throws PolytomicError */
  signed(address: string): Promise<string>;
}

/** Operations that listing and signing take, by kind of sync. */
export const logOperations = {
  model: ['modelSync.executions.getLogUrls', 'modelSync.executions.getLogs'],
  bulk: ['bulkSync.executions.getLogs'],
} as const;

/** The folders of a run, in the order in which they are fetched. */
export function logFolders(client: PolytomicClient, input: LogDownloadInput, options: ReadOptions): LogFolder[] {
  const { kind, syncId, executionId, types = logTypes } = input;
  if (kind === 'model') return types.map((type) => modelFolder(client, { syncId, executionId, type, options }));
  const place = { sync_id: syncId, execution_id: executionId };
  return [
    {
      name: '',
      addresses: async () => (await client.bulkSync.executions.getLogs(place, options)).URLs ?? [],
      signed: async (address) => address,
    },
  ];
}

interface ModelLogs {
  syncId: string;
  executionId: string;
  type: LogType;
  options: ReadOptions;
}

/** An address of the API itself is not signed: it wants the credential, and tells the signed one. */
function modelFolder(client: PolytomicClient, { syncId, executionId, type, options }: ModelLogs): LogFolder {
  const { getLogUrls, getLogs } = client.modelSync.executions;
  const place = { sync_id: syncId, id: executionId, type };
  return {
    name: type,
    addresses: async () => (await getLogUrls(place, options)).urls ?? [],
    signed: async (address) => {
      const filename = fileBehindApi(client.url, address);
      return filename === undefined ? address : (await getLogs({ ...place, filename }, options)).location;
    },
  };
}

function fileBehindApi(url: string, address: string): string | undefined {
  const place = URL.canParse(address, url) ? new URL(address, url) : undefined;
  if (place?.origin !== new URL(url).origin || !place.pathname.includes('/api/syncs/')) return undefined;
  return decodeURIComponent(place.pathname.split('/').at(-1) ?? '');
}
