/** Answers `{ $secret: 'PATH#FIELD' }` from the key-value store (version 2) of a Vault. */
import { readFile } from 'node:fs/promises';
import type { ResolveSecret } from 'temporal-polytomic';

/** Where the Vault is, and as whom the worker asks it. */
export interface VaultOptions {
  /** Such as `https://vault.internal:8200`. */
  address: string;
  /** File with the token, kept fresh by Vault's agent; read before each request. */
  tokenFile: string;
  /** Where the key-value store is mounted. */
  mount: string;
}

/** The plugin shows nothing of what this throws, and asks again at the next try of the activity. */
export function resolveFromVault({ address, tokenFile, mount }: VaultOptions): ResolveSecret {
  return async ({ $secret: name }, { organization }) => {
    // One spelling for each secret: the rules of the plugin's option `secrets` hold for names as they are written.
    const [, path, field] = /^((?:[\w-]+\/)*[\w-]+)#([\w-]+)$/.exec(name) ?? [];
    if (path === undefined || field === undefined) throw new Error('expected PATH#FIELD');
    // Each organization has a folder of its own, so that no name leads into another's.
    const parts = [organization, ...path.split('/')].map(encodeURIComponent);
    const answer = await fetch(`${address}/v1/${mount}/data/${parts.join('/')}`, {
      headers: { 'X-Vault-Token': (await readFile(tokenFile, 'utf8')).trim() },
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`Vault answered ${answer.status}`);
    const { data } = (await answer.json()) as { data: { data: Record<string, string> } };
    const value = data.data[field];
    if (value === undefined) throw new Error('there is no such field');
    return value;
  };
}
