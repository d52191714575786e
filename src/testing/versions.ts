/** The API versions that the emulator speaks, and how a request chooses one. */
import { ApiFailure } from './api-failure';

/** Oldest first. */
export const apiVersions = ['2022-12-12', '2023-04-25', '2024-02-08', '2025-09-18'] as const;
/** A date that the version header may carry. */
export type ApiVersion = (typeof apiVersions)[number];

/** What the newest versioning page of the documentation gives a request without the header. */
export const defaultVersion: ApiVersion = '2025-09-18';
/** The request header that asks for a version, and the answer's header that says which one served it. */
export const versionHeader = 'x-polytomic-version';

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
