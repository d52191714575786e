/** The one error for wrong settings of a worker, plugin or client. */

/** Settings are missing or wrong. Lists every problem, one a line; never holds the value of a key. */
export class ConfigError extends Error {
  /** Always this text: tells the error apart where `instanceof` cannot, as between two copies of the package. */
  override readonly name = 'ConfigError';

  constructor(
    /** Each names its setting and what was expected. */
    readonly problems: readonly string[],
  ) {
    super(
      problems.length === 1 ? problems.join() : `Wrong settings:\n${problems.map((line) => `  ${line}`).join('\n')}`,
    );
  }
}

/** Whether something thrown is a {@link ConfigError}. */
export function isConfigError(error: unknown): error is ConfigError {
  return error instanceof ConfigError;
}
