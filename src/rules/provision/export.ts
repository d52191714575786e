/** From live objects to a spec: stable keys, and references in the place of ids. */
import { mapValues } from './values';

/** A logical name made of an object's own, the same in every export; a part of the id tells namesakes apart. */
export function keyFor(name: string, id: string, taken: ReadonlySet<string>): string {
  const words = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .split(' ')
    .filter((word) => word !== '');
  const joined = words
    .map((word, index) => (index === 0 ? word[0]?.toLowerCase() : word[0]?.toUpperCase()) + word.slice(1))
    .join('');
  const base = (/^[A-Za-z_]/.test(joined) ? joined : `_${joined}`).slice(0, 80);
  const plain = base === '_' ? `_${shortId(id)}` : base;
  return taken.has(plain) ? `${plain}-${shortId(id)}` : plain;
}

const shortId = (id: string): string => id.replace(/[^A-Za-z0-9]/g, '').slice(-12);

/** Ids of other exported objects as references to them, wherever they stand. */
export function withReferences(body: unknown, addresses: ReadonlyMap<string, string>, self: string): unknown {
  return mapValues(body, (value) => {
    const address = typeof value === 'string' && value !== self ? addresses.get(value) : undefined;
    return address === undefined ? undefined : { to: { $ref: `${address}.id` } };
  });
}

/** Name of the environment variable that a secret of an exported object is expected in. */
export function envFor(key: string, path: string): string {
  const words = `${key} ${path.replace(/^configuration\./, '')}`.replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return words
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
    .replace(/^(\d)/, '_$1');
}
