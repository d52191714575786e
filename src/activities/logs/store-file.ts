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
}

/** Answers its bytes. `address` is signed, hence told to nobody. @throws AddressExpired, ApplicationFailure */
export async function storeFile({ deps, organization, file, sink }: StoreRequest, address: string): Promise<number> {
  const request = {
    fetch: deps.fetch,
    address,
    allowHttp: organization.client.url.startsWith('http:'),
    signal: Context.current().cancellationSignal,
    idleMs: longestSilenceMs,
  };
  return fetchFile(request, (content) => sink(file, content));
}
