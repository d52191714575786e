/** How secrets get into a request at the last moment, and how one is kept out of everything else. */
import type { AnyOperation } from './operation';

/** A request with its secrets in the place of their references. */
export interface OpenedRequest {
  /** What is sent: the input with values in the place of references. */
  readonly input: unknown;
  /** The values that were put in. */
  readonly secrets: readonly string[];
  /** Where, as paths joined with dots. */
  readonly fields: readonly string[];
}

/** A secret could not be fetched just now. Names its reference, never a value. */
export class SecretUnavailableError extends Error {
  override readonly name = 'SecretUnavailableError';
}

/** Resolves references; a client without it sends requests as they are. */
export interface RequestSecrets {
  /**
   * Refuses references and written-out secrets where none may stand, before anything is resolved.
   *
   * @throws InputMismatch that names every bad field, SecretUnavailableError, PolytomicError, or another error that names the reference
   */
  open(row: AnyOperation, input: unknown): Promise<OpenedRequest>;
}
