/** How a request chooses its version. */
import { ApiFailure } from './api-failure';
import { apiVersions, defaultVersion, type ApiVersion } from './versions';

/** Operations whose documented pages call the header required; that of `bulkSync.list` calls it optional. */
const versionRequired = new Set(['modelSync.list', 'modelSync.get', 'modelSync.create', 'modelSync.getStatus']);

/** Throws a 400 where the operation wants the header and has none. */
export function requireVersionHeader(header: string | undefined, operation: string | undefined): void {
  if ((header ?? '') === '' && versionRequired.has(operation ?? '')) {
    throw new ApiFailure(400, 'X-Polytomic-Version: required, but missing');
  }
}

/** The version that a request asks for; throws a 400 that lists the known ones. */
export function chooseVersion(header: string | undefined): ApiVersion {
  if (header === undefined || header === '') return defaultVersion;
  const known = apiVersions.find((version) => version === header);
  if (known === undefined) {
    throw new ApiFailure(400, `X-Polytomic-Version: ${header} is none of ${apiVersions.join(', ')}`);
  }
  return known;
}
