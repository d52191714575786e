/** Texts of Polytomic's about an object: what it says of a connection may quote what that was given. */
import { cutSignedUrls } from '../../polytomic/signed-urls';
import { maskedSecret } from '../../rules/provision/compare';
import { looksSecret } from '../../rules/provision/looks-secret';
import type { HoldsSecret } from '../../secrets/known-secrets';
import type { Organization } from '../dependencies';

/** What tells the secrets of an organization; nothing where it may use none. */
export async function secretFinder({ knownSecrets }: Organization): Promise<HoldsSecret> {
  return (await knownSecrets?.finder()) ?? (() => false);
}

/** The text without signatures of URLs, unless a secret is in it. */
export const withhold = (text: string, holdsSecret: HoldsSecret): string =>
  holdsSecret(text) || looksSecret(text) ? maskedSecret : cutSignedUrls(text);
