/** Search attributes of the workflows, for operators who want to find runs by sync: names and types are wire format. */

/** Each by its name, with its type as the Temporal CLI takes it. */
export const searchAttributeTypes = {
  /** Ids of the syncs that the workflow runs or awaits. */
  PolytomicSyncId: 'KeywordList',
  /** Name of the organization, as the worker knows it. */
  PolytomicOrganization: 'Keyword',
  /** What the workflow came to: a `RunOutcome`. */
  PolytomicOutcome: 'Keyword',
} as const;

/** Key of the memo that holds the summary of the result. */
export const resultMemo = 'polytomicResult';
