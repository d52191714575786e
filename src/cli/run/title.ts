/** What a person calls a workflow: the name of the sync, where the program started it. */

/** Memo field that holds it. */
export const titleMemo = 'polytomicTitle';

/** The title, or what stands in for it. */
export function titleOf(memo: Readonly<Record<string, unknown>> | undefined, fallback: string): string {
  const title = memo?.[titleMemo];
  return typeof title === 'string' && title !== '' ? title : fallback;
}
