/** Many jobs, a few at once. */

/** Does the work for each item, by default for 20 at once; rejects with the first failure. */
export async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>, atOnce = 20): Promise<void> {
  const left = items.values();
  const take = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, take));
}
