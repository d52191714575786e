/** Takes out of an answer that no row describes what may be secret. */
import { looksLikeSecret } from '../polytomic/looks-like-secret';
import { cutSignedUrls } from '../polytomic/signed-urls';

/** A page's token opens nothing. */
const pagingTokens = /^(next_|previous_)?(page_token|cursor)$/;

/**
 * The answer without fields whose names tell of a secret, whatever they hold, and with signed URLs cut. Wrong in doubt: a
 * harmless field that is called a secret is missing, while a secret that is not would stay in a history.
 */
export function trimAnswer(value: unknown): unknown {
  if (typeof value === 'string') return cutSignedUrls(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(trimAnswer);
  const kept = Object.entries(value).filter(([name, inner]) => !isSecret(name, inner));
  return Object.fromEntries(kept.map(([name, inner]) => [name, trimAnswer(inner)]));
}

function isSecret(name: string, value: unknown): boolean {
  if (pagingTokens.test(name) || value === null || typeof value === 'number' || typeof value === 'boolean')
    return false;
  return looksLikeSecret(name, typeof value === 'string' ? value : name);
}
