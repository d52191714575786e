/** What is derived from a list of texts, kept as long as the list: that of a credential stays the same for all its calls. */

/** Derives once from each list. */
export function perList<T>(derive: (texts: readonly string[]) => T): (texts: readonly string[]) => T {
  const derived = new WeakMap<readonly string[], { value: T }>();
  return (texts) => {
    const known = derived.get(texts) ?? { value: derive(texts) };
    derived.set(texts, known);
    return known.value;
  };
}
