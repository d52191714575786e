/** Calls to the connected system through Polytomic. Every field is spelt with capitals. */
import { z } from 'zod';
import { one } from '../../answers';
import { get, post, put } from '../../operation';
import { answer, shape } from '../../shapes';
import { Configuration } from '../shared-requests';

const since = '2025-09-18';

const ExecuteProxy = shape(() =>
  z.strictObject({
    request: z.strictObject({
      method: z.string(),
      path: z.string(),
      query: Configuration().optional(),
      rawQuery: z.string().optional(),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown().optional(),
      /** Only where `getProxyInfo` lists several. */
      api: z.string().optional(),
    }),
    /** `GET` only: the answer is a job of the type `connectionproxy`. */
    async: z.boolean().optional(),
  }),
);

const ProxyAnswer = answer(() => ({
  /** Of the connected system; 202 where a job was accepted. The call itself answers 200 in both cases. */
  status: z.number(),
  body: z.string(),
  contentType: z.string(),
  headers: z.record(z.string(), z.string()),
  /** The body was longer than the proxy carries. */
  truncated: z.boolean(),
  latencyMs: z.number(),
  proxyCallId: z.string(),
  jobId: z.string(),
  jobStatus: z.string(),
  jobUrl: z.string(),
}));

const InheritedBase = answer(() => ({
  baseUrl: z.string(),
  lockedHeaders: z.array(answer(() => ({ name: z.string(), value: z.string(), redacted: z.boolean() }))()),
  lockedQuery: z.unknown(),
}));

const Limits = answer(() => ({
  allowedMethods: z.array(z.string()),
  blockedRequestHeaders: z.array(z.string()),
  blockedResponseHeaders: z.array(z.string()),
  bodyTypes: z.array(z.string()),
  maxRequestBodyBytes: z.number(),
  maxResponseBodyBytes: z.number(),
  pathRule: z.string(),
  queryModes: z.array(z.string()),
  queryValueTypes: z.array(z.string()),
  rawQueryRule: z.string(),
  rateLimitPerMinute: z.number(),
  timeoutMs: z.number(),
}));

const ProxyInfo = answer(() => ({
  connectionId: z.string(),
  backendType: z.string(),
  apis: z.array(
    answer(() => ({
      name: z.string(),
      description: z.string(),
      default: z.boolean(),
      inheritedBase: InheritedBase(),
    }))(),
  ),
  inheritedBase: InheritedBase(),
  mergeRules: answer(() => ({ headers: z.string(), query: z.string() }))(),
  requestContract: Limits(),
  stats: z.unknown(),
}));

const ProxySettings = answer(() => ({
  connectionId: z.string(),
  parentConnectionId: z.string(),
  backendType: z.string(),
  supported: z.boolean(),
  enabled: z.boolean(),
}));

const lockedFields = ['inheritedBase.lockedHeaders', 'inheritedBase.lockedQuery'];

/**
 * One call to the connected system. 429 is the proxy's own limit or the connected system's, which syncs share; 502 and
 * 504 tell of the connected system. Repeat it only where that system takes a repeated call.
 */
export const executeProxy = post('/api/connections/{id}/proxy', {
  body: ExecuteProxy,
  answer: one(ProxyAnswer),
  since,
  starts: true,
  group: 'all',
  secrets: {
    mixed: ['request.headers', 'request.query', 'request.body'],
    unquoted: ['request.path', 'request.rawQuery'],
    answer: ['headers', 'jobUrl'],
  },
});

/** What the proxy allows, and what it adds to each call. */
export const getProxyInfo = get('/api/connections/{id}/proxy/info', {
  answer: one(ProxyInfo),
  since,
  secrets: { answer: [...lockedFields, ...lockedFields.map((field) => `apis.${field}`)] },
});

/** Rows of `connections.proxy.*`. */
export const proxy = {
  /** Kept at the parent of a shared connection. */
  getProxySettings: get('/api/connections/{id}/proxy/settings', { answer: one(ProxySettings), since }),
  /** 400 where the connected system has no proxy. */
  updateProxySettings: put('/api/connections/{id}/proxy/settings', {
    body: shape(() => z.strictObject({ enabled: z.boolean() })),
    answer: one(ProxySettings),
    since,
    group: 'all',
  }),
};
