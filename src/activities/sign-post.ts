/** Signs what is posted, so that a receiver can tell a worker of its operator's from anybody who knows the URL. */
import { Webhook } from 'standardwebhooks';

/** One post. */
export interface SignedPost {
  /** Each signs, so that a secret can be replaced without a post that nobody can verify. None: the post is not signed. */
  readonly secrets: readonly string[];
  /** The same for each try of a post. */
  readonly id: string;
  readonly body: string;
  /** Milliseconds since the epoch; receivers refuse what is older than minutes. */
  readonly now: number;
}

/** The headers of Standard Webhooks; none where there is no secret. */
export function signatureHeaders({ secrets, id, body, now }: SignedPost): Record<string, string> {
  if (secrets.length === 0) return {};
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, new Date(now), body));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1_000)),
    'webhook-signature': signatures.join(' '),
  };
}
