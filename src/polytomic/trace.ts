/** The trace that a request belongs to, as W3C's Trace Context writes it. */

/** Version, trace id, parent id, flags. */
const traceparentForm = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** What goes into the header, and the id for whoever looks for the trace. */
export interface Trace {
  readonly traceparent: string;
  readonly traceId: string;
}

/** The trace of the work under way. Undefined where there is none: tracing must never keep a request from being sent. */
export function readTrace(traceparent: (() => string | undefined) | undefined): Trace | undefined {
  try {
    const value = traceparent?.();
    const [, traceId] = traceparentForm.exec(value ?? '') ?? [];
    return value === undefined || traceId === undefined ? undefined : { traceparent: value, traceId };
  } catch {
    return undefined;
  }
}
