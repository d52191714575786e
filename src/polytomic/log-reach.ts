/** From where log files may be fetched: their addresses are what Polytomic, or whoever answers as it, says. */
import { isIP } from 'node:net';
import { createFetch, isProxied, type Fetch, type TlsOptions } from './http';
import { createPublicLookup, isPublicAddress } from './public-addresses';

/** What the operator says of it. */
export interface LogReachOptions {
  /** The organization's API: what is on its host may be fetched. */
  readonly apiUrl: string;
  /** The only other hosts, if any are given: names, or `*.` and a name. They may have private addresses. */
  readonly hosts?: readonly string[];
  /** Plain http may be used. */
  readonly allowHttp?: boolean;
  readonly tls?: TlsOptions;
  /** The operator's own, which has to check addresses itself. */
  readonly fetch?: Fetch;
}

/** How log files of one organization are fetched. */
export interface LogReach {
  readonly fetch: Fetch;
  /** Why an address may not be fetched; undefined where it may. Never quotes the address. */
  readonly refusalOf: (address: string) => string | undefined;
}

/** Refuses by the address where that is enough, and by what its name resolves to when the connection is made. */
export function createLogReach(options: LogReachOptions): LogReach {
  const api = new URL(options.apiUrl);
  const isListed = (host: string): boolean => options.hosts?.some((entry) => matchesHost(host, entry)) ?? false;
  const isExempt = (host: string): boolean => host === api.hostname || isListed(host);
  const lookup = createPublicLookup(isExempt);
  const refusalOf = (address: string): string | undefined => {
    if (!URL.canParse(address)) return 'its address is no URL';
    const url = new URL(address);
    const { protocol, hostname } = url;
    const atApi = hostname === api.hostname;
    const mayBeOpen = options.allowHttp === true || (atApi && api.protocol === 'http:');
    if (protocol !== 'https:' && !(protocol === 'http:' && mayBeOpen)) return 'its address is not https';
    if (url.username || url.password) return 'its address holds a user name or password';
    if (atApi || isListed(hostname)) return undefined;
    if (options.hosts) return 'its host is none of those that may be fetched from';
    const literal = hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) && !isPublicAddress(literal)) return 'its address is private';
    if (!options.fetch && isProxied(url)) return 'through a proxy only hosts that are listed may be fetched from';
    return undefined;
  };
  return { fetch: options.fetch ?? createFetch({ lookup, ...(options.tls && { tls: options.tls }) }), refusalOf };
}

function matchesHost(host: string, entry: string): boolean {
  const wanted = entry.toLowerCase();
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : host === wanted;
}
