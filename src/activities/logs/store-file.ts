/** Hands one log file on to the sink. */
import { Context } from '@temporalio/activity';
import type { LogFileInfo, LogSink } from '../../contracts/log-files';
import type { ActivityDependencies, Organization } from '../dependencies';
import { fetchFile } from './fetch-file';

const longestSilenceMs = 60_000;

/** One file on its way. */
export interface StoreRequest {
  deps: ActivityDependencies;
  organization: Organization;
  file: LogFileInfo;
  sink: LogSink;
  /** What all files of the run may still take. */
  room: { bytes: number };
}

/**
 * Returns its bytes. `address` is signed, hence reported to nobody.
 *
 * @throws AddressExpired, ApplicationFailure
 */
export async function storeFile(
  { deps, organization, file, sink, room }: StoreRequest,
  address: string,
): Promise<number> {
  const { reaches, maxFileBytes } = deps.logs;
  const reach = reaches.get(organization.name);
  if (!reach) throw new Error(`Organization ${organization.name} has no way to log files`);
  const request = {
    reach,
    address,
    maxBytes: maxFileBytes,
    room,
    signal: Context.current().cancellationSignal,
    idleMs: longestSilenceMs,
  };
  return fetchFile(request, (content) => sink(file, content));
}
