/** URLs that are secrets by themselves. */

/** A signed URL of a run's file, at a host that answers nobody. */
export const signedUrl = (executionId: string, file: string): string =>
  `https://logs.example.com/${executionId}/${file}?signature=emulator-signed-url`;
