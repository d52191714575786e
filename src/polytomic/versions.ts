/** The API's versions. Dates compare as text. */

/** Versions that this client speaks, oldest first. */
export const apiVersions = ['2022-12-12', '2023-04-25', '2024-02-08', '2025-09-18'] as const;

/** One of {@link apiVersions}. */
export type ApiVersion = (typeof apiVersions)[number];

/** The version sent unless another is asked for. */
export const defaultApiVersion: ApiVersion = '2025-09-18';

/** @throws Error that names `apiVersion` and the versions there are. */
export function parseApiVersion(version: string = defaultApiVersion): ApiVersion {
  const known = apiVersions.find((candidate) => candidate === version);
  if (known) return known;
  // Nothing that may be a key in the wrong place is quoted.
  const got = /^\d{1,4}(-\d{1,2}){0,2}$/.test(version) ? `, got ${JSON.stringify(version)}` : '';
  throw new Error(`apiVersion: expected one of ${apiVersions.join(', ')}${got}`);
}
