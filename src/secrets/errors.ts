/** Why a secret could not be put into a request. Both are final until the operator changes something. */

/** A request refers to a secret that the operator did not allow here. Names the reference, never a value. */
export class SecretNotAllowedError extends Error {
  override readonly name = 'SecretNotAllowedError';
}

/** A secret that is allowed is not there. Names the reference, never a value. */
export class SecretMissingError extends Error {
  override readonly name = 'SecretMissingError';
}
