/** What a connection's proxy tells of itself: what may be sent, what is added, what was called. */
import type { ApiRequest } from '../http/api-request';
import { toTimestamp } from '../state/clock';
import { mask } from '../state/configuration-schema';
import { usageOf } from '../state/connection-usage';
import type { Proxy, ProxyCall } from '../state/proxy';
import { allowedMethods, blockedRequestHeaders, blockedResponseHeaders } from '../state/proxy-rules';
import type { Fields } from '../state/fields';
import type { Proxied } from '../state/proxied';

/** The answer of `connections.getProxyInfo`. */
export function toProxyInfo(
  { connection, type, system, limits }: Proxied,
  { emulator, organization, now }: ApiRequest,
): Fields {
  const names = type?.api?.names;
  const base = { baseUrl: type?.api?.baseUrl, lockedHeaders: [lockedHeader], lockedQuery: {} };
  const { callsLast24h } = usageOf(organization, { connection, types: emulator.types, now });
  return {
    connectionId: connection.id,
    backendType: type?.id,
    inheritedBase: base,
    ...(names === undefined ? {} : { apis: names.map((name, index) => toApi({ name, index, base })) }),
    mergeRules: { headers: 'locked headers win', query: 'locked parameters win' },
    requestContract: {
      ...limits,
      allowedMethods,
      blockedRequestHeaders,
      blockedResponseHeaders,
      bodyTypes: ['json', 'text'],
      pathRule: 'begins with a slash, stays below the base URL',
      queryModes: ['query', 'rawQuery'],
      queryValueTypes: ['string', 'number', 'boolean', 'array'],
      rawQueryRule: 'encoded already, not together with query',
    },
    stats: { callsLast24h: callsLast24h ?? undefined, ...statsOf(system.proxy, now) },
  };
}

const lockedHeader = { name: 'Authorization', redacted: true, value: mask };

const toApi = ({ name, index, base }: { name: string; index: number; base: Fields }): Fields => ({
  name,
  default: index === 0,
  description: `The ${name} API`,
  inheritedBase: base,
});

const dayMs = 24 * 3_600_000;

function statsOf({ calls }: Proxy, now: number): Fields {
  const recent = calls.filter(({ at }) => at > now - dayMs);
  const last = recent.at(-1);
  const count = (hundred: number): number => recent.filter((call) => isOf(call, hundred)).length;
  return {
    lastProxyCallAt: last === undefined ? null : toTimestamp(last.at),
    proxyCallsLast24h: recent.length,
    proxy2xxLast24h: count(2),
    proxy4xxLast24h: count(4),
    proxy5xxLast24h: count(5),
  };
}

const isOf = ({ status = 0 }: ProxyCall, hundred: number): boolean => Math.floor(status / 100) === hundred;
