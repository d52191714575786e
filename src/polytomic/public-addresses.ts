/** Which addresses belong to the public internet, checked when a connection is made: a name may come to mean another one. */
import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Private, shared, link-local (where clouds answer their metadata), loopback, multicast and reserved ranges. */
const notPublic = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  notPublic.ipv4.addSubnet(net, prefix, 'ipv4');
}
// Everything outside 2000::/3 is not global unicast; of that, these carry an address of version 4 inside.
for (const [net, prefix] of [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 32],
  ['2002::', 16],
] as const) {
  notPublic.ipv6.addSubnet(net, prefix, 'ipv6');
}

/** The code of the error with which a lookup refuses. */
export const notPublicCode = 'ENOTPUBLIC';

/** Whether a literal address is one of the public internet. Anything else than an address is not. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return isPublicAddress(mapped);
  const family = version === 6 ? 'ipv6' : 'ipv4';
  return !notPublic[family].check(address, family);
}

/**
 * Resolves names for connections, and refuses with the code `ENOTPUBLIC` a name that has any address which is not public.
 * Names that `isExempt` takes may have any.
 */
export function createPublicLookup(
  isExempt: (hostname: string) => boolean,
  lookup: typeof systemLookup = systemLookup,
): LookupFunction {
  return (hostname, options, callback) => {
    if (isExempt(hostname)) {
      lookup(hostname, options, callback);
      return;
    }
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? refusal('ENOTFOUND'), '', 0);
      if (!addresses.every(({ address }) => isPublicAddress(address))) return callback(refusal(notPublicCode), '', 0);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function refusal(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`the name is not used (${code})`), { code });
}
