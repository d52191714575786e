/** Where the API is: reads and checks the base URL. */

/** Polytomic's own cloud. */
export const defaultUrl = 'https://app.polytomic.com';

/**
 * Reads a base URL. A bare host means https; trailing slashes and a trailing `/api` are dropped, since every path brings
 * its own. Plain http would show the key to the network, so it is refused unless the host is this machine or
 * `allowHttp` is set.
 *
 * @throws Error that names `url` and what was expected.
 */
export function parseBaseUrl(text: string = defaultUrl, allowHttp = false): string {
  const trimmed = text.trim();
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(whole)) throw new Error('url: expected a host or an https URL');
  const url = new URL(whole);
  if (url.username || url.password) throw new Error('url: must not hold a user name or password');
  if (url.search || url.hash) throw new Error('url: must not have a query or a fragment');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error('url: expected https');
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url.hostname)) {
    throw new Error('url: plain http would show the key to the network; use https, or set allowHttp');
  }
  return url.origin + withoutLastSlashes(withoutLastSlashes(url.pathname).replace(/\/api$/, ''));
}

function withoutLastSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/** Whether a host name is this machine. Names below `localhost` are not: resolvers may ask others for their address. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(hostname);
}
