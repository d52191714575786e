/** Makes one readable line of what the Temporal SDK throws. */

/** The SDK hands on the whole debug output of its transport; the message inside says what a person needs. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /message: "([^"]+)"/.exec(text)?.[1] ?? text.split('\n')[0] ?? '';
}
