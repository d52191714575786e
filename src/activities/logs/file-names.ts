/** Names of log files, from their addresses: safe for every file system, and without what signs an address. */
import { createHash } from 'node:crypto';

const longestName = 150;

/** A name for each address, in order. Those that end alike get a part of their own, the same in every try. */
export function fileNames(addresses: readonly string[]): string[] {
  const names = addresses.map(nameOf);
  const seen = new Map<string, number>();
  names.forEach((name) => seen.set(name, (seen.get(name) ?? 0) + 1));
  return names.map((name, index) =>
    (seen.get(name) ?? 0) > 1 ? `${fingerprint(addresses[index] ?? '')}-${name}` : name,
  );
}

function nameOf(address: string): string {
  const last = pathOf(address).split('/').filter(Boolean).at(-1) ?? '';
  const safe = last.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^\.+/, '');
  return safe.slice(-longestName) || 'log';
}

/** Signatures change from one list of addresses to the next; paths do not. */
function fingerprint(address: string): string {
  return createHash('sha256').update(pathOf(address)).digest('hex').slice(0, 12);
}

function pathOf(address: string): string {
  return URL.canParse(address) ? new URL(address).pathname : '';
}
