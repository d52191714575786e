/** How the program ends, for scripts that call it. */

/** Exit codes: `ok`; `failed`, what was asked for did not work; `usage`, the command line or a setting was wrong. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
