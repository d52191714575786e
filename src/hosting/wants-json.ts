/** In which form a worker speaks before its settings are read, or when they are wrong. */

/** Whether `POLYTOMIC_LOG_FORMAT` is `json`. Loads nothing, as packages may be missing. */
export function wantsJson(env: NodeJS.ProcessEnv): boolean {
  return env['POLYTOMIC_LOG_FORMAT']?.trim().toLowerCase() === 'json';
}
