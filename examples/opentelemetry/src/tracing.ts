/** Tracing of this project: where spans go, and how the trace gets into requests to Polytomic. */
import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, ConsoleSpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry';

/** For the client and the worker. Put your own exporter (OTLP, say) where spans are printed here. */
export function startTracing(service: string): OpenTelemetryPlugin {
  const resource = new Resource({ 'service.name': service });
  const spanProcessor = new SimpleSpanProcessor(new ConsoleSpanExporter());
  const provider = new BasicTracerProvider({ resource, spanProcessors: [spanProcessor] });
  // Without a context manager, code inside an activity would not know of the activity's span.
  provider.register({ contextManager: new AsyncLocalStorageContextManager().enable() });
  return new OpenTelemetryPlugin({ resource, spanProcessor });
}

/** The W3C header of the span that is active now. */
export function traceparent(): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}
