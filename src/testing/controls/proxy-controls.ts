/** How calls through a connection's proxy go: limits, and what the system behind it answers. */

/** One kind of answer of the system behind the proxy. */
export interface UpstreamAnswer {
  /** Default: every method. */
  readonly method?: string;
  /** Default: every path. */
  readonly path?: string;
  /** `unreachable` is a failure to connect. Default 200. */
  readonly status?: number | 'unreachable';
  /** Headers of the answer. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. Default: an echo of the call. */
  readonly body?: unknown;
  /** Milliseconds it takes; beyond the proxy's limit the caller is told so at once. Default 20, asynchronously `jobMs`. */
  readonly latencyMs?: number;
}

/** How the emulator treats a connection's proxy. */
export interface ProxyControls {
  /** Whether the system behind the connection can be called at all. Default: what the connection type says. */
  readonly supported?: boolean;
  /** Default true, though a real one is switched on only when asked for. */
  readonly enabled?: boolean;
  /** Default 60. */
  readonly rateLimitPerMinute?: number;
  /** Default 30,000. */
  readonly timeoutMs?: number;
  /** Default 262,144. */
  readonly maxRequestBodyBytes?: number;
  /** Default 1,048,576. */
  readonly maxResponseBodyBytes?: number;
  /** What the system answers; the first that fits decides. */
  readonly answers?: readonly UpstreamAnswer[];
}
