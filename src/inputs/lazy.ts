/** Shapes that are built when first used, so that loading this package stays cheap. */

/** A function that builds a value on its first call and answers the same one ever after. */
export function lazy<T>(build: () => T): () => T {
  let built: { value: T } | undefined;
  return () => (built ??= { value: build() }).value;
}
