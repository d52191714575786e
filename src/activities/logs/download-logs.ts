/** `jobs.downloadLogs`: the log files of a run, to the place that the operator gave. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../../contracts/failure-types';
import type { LogDownloadInput, LogSink } from '../../contracts/log-files';
import { parseLogDownload } from '../../inputs/log-download';
import { NotAllowedError, organizationOf, requireOperation } from '../allowed';
import type { ActivityDependencies, Organization } from '../dependencies';
import { holdWait } from '../hold-wait';
import { inParallel } from '../in-parallel';
import type { JobActivities } from '../long-jobs/signatures';
import { AddressExpired } from './fetch-file';
import { fileNames } from './file-names';
import { logFolders, logOperations, type LogFolder } from './log-addresses';
import { storeFile } from './store-file';
import { StoredFiles } from './stored-files';

const heartbeatTimeoutMs = 10_000;
const mostAtOnce = 4;

/** Makes the activity. What one try stored the next does not fetch again. */
export function createDownloadLogs(deps: ActivityDependencies): JobActivities['downloadLogs'] {
  return async (input) => {
    const request = parseLogDownload(input);
    const organization = organizationOf(deps, request.organization, 'jobs.downloadLogs');
    for (const operation of logOperations[request.kind]) requireOperation(organization, operation);
    if (!deps.logSink) throw new NotAllowedError('jobs.downloadLogs', organization.name, noSink);
    const context = Context.current();
    const stored = new StoredFiles(context.info.heartbeatDetails);
    const folders = logFolders(organization.client, request, { signal: context.cancellationSignal });
    const room = { bytes: deps.logs.maxRunBytes - stored.bytes };
    const download = { deps, organization, request, sink: deps.logSink, stored, room };
    const { clock } = organization.client;
    return holdWait({ context, clock, heartbeatTimeoutMs, details: () => stored.details() }, async () => {
      try {
        const names: string[] = [];
        for (const folder of folders) names.push(...(await downloadFolder(download, folder)));
        return stored.answer(names);
      } finally {
        // What the SDK holds back of it, it sends when the try fails.
        context.heartbeat(stored.details());
      }
    });
  };
}

/** Why a worker that has no place for logs refuses. */
const noSink = 'no place for log files is set: logSink, POLYTOMIC_LOGS_DIR';

interface Download {
  deps: ActivityDependencies;
  organization: Organization;
  request: Required<Pick<LogDownloadInput, 'kind' | 'syncId' | 'executionId'>>;
  sink: LogSink;
  stored: StoredFiles;
  /** What further files may take. */
  room: { bytes: number };
}

/** Answers the names of its files, in order. */
async function downloadFolder(download: Download, folder: LogFolder): Promise<string[]> {
  const addresses = await folder.addresses();
  const names = fileNames(addresses).map((name) => (folder.name ? `${folder.name}/${name}` : name));
  await inParallel(addresses, mostAtOnce, async (address, index) => {
    const name = names[index] ?? '';
    if (download.stored.has(name)) return;
    const bytes = await storeNamed(download, { name, address: await folder.signed(address) });
    download.stored.add({ name, bytes });
  });
  return names;
}

/** Stores one file. @throws ApplicationFailure; retryable, as the next try gets new addresses */
async function storeNamed(download: Download, { name, address }: { name: string; address: string }): Promise<number> {
  const { deps, organization, request, sink, room } = download;
  const { kind, syncId, executionId } = request;
  const file = { organization: organization.name, kind, syncId, executionId, name };
  try {
    return await storeFile({ deps, organization, file, sink, room }, address);
  } catch (error) {
    if (!(error instanceof AddressExpired)) throw error;
    throw ApplicationFailure.create({
      type: failureTypes.Unavailable,
      message: 'The address of a log file is not, or no longer, valid; the next try asks for a new one',
    });
  }
}
