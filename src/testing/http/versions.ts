/** The API versions that the emulator speaks. */

/** Oldest first. */
export const apiVersions = ['2022-12-12', '2023-04-25', '2024-02-08', '2025-09-18'] as const;
/** A date that the version header may carry. */
export type ApiVersion = (typeof apiVersions)[number];

/** What the newest versioning page of the documentation gives a request without the header. */
export const defaultVersion: ApiVersion = '2025-09-18';
/** The request header that asks for a version, and the answer's header that says which one served it. */
export const versionHeader = 'x-polytomic-version';
