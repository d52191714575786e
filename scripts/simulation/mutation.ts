/** One deliberate defect of the product: an exact text, and what it becomes. */
export interface Mutation {
  name: string;
  /** Below `src`. */
  file: string;
  from: string;
  to: string;
}

/** Path of a file of the engine. */
export const engine = (file: string): string => `workflows/engine/${file}.ts`;
