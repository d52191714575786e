/** A webhook, the events that it still has to be told of, and every try to tell it. */
import { toTimestamp } from '../state/clock';
import type { KeptEvent } from './event-feed';
import type { Fields } from '../state/fields';

/** A webhook as stored. Times are milliseconds since the epoch. */
export interface Webhook {
  readonly id: string;
  readonly organizationId: string;
  readonly createdAt: number;
  endpoint: string;
  secret: string;
  disabled?: { readonly at: number; readonly reason: string };
  /** Sequence number of the first event that it is to be told of. */
  nextEvent: number;
  queue: readonly PendingDelivery[];
  /** Oldest first. */
  attempts: readonly Attempt[];
}

/** An event on its way. */
export interface PendingDelivery {
  readonly kept: KeptEvent;
  tries: number;
  /** When the next try is due. */
  dueAt: number;
}

/** One try. */
export interface Attempt {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly eventAt: number;
  readonly at: number;
  readonly result: AttemptResult;
}

/** What came of a try. */
export interface AttemptResult {
  readonly durationMs: number;
  /** Absent when no answer came. */
  readonly statusCode?: number;
  readonly responseBody?: string;
  readonly error?: string;
  /** Free text: the values are not documented. */
  readonly errorKind?: 'status' | 'timeout' | 'connection';
}

/** Stops a webhook: what it has not been told of yet is dropped, not kept for later. */
export function disable(webhook: Webhook, { at, reason }: { at: number; reason: string }): void {
  webhook.disabled ??= { at, reason };
  webhook.queue = [];
}

/** The webhook as the API answers it, secret included. */
export function toWebhook(webhook: Webhook): Fields {
  const { id, endpoint, secret, disabled, organizationId } = webhook;
  return {
    id,
    endpoint,
    secret,
    organization_id: organizationId,
    created_at: toTimestamp(webhook.createdAt),
    disabled: disabled !== undefined,
    ...(disabled === undefined ? {} : { disabled_at: toTimestamp(disabled.at), disabled_reason: disabled.reason }),
  };
}

/** Whether the receiver took the event. */
export const isSuccess = ({ errorKind }: AttemptResult): boolean => errorKind === undefined;

/** A try as the list of deliveries shows it. */
export const toDelivery = ({ id, eventId, eventType, at, result }: Attempt): Fields => ({
  id,
  event_id: eventId,
  event_type: eventType,
  attempted_at: toTimestamp(at),
  duration_ms: result.durationMs,
  success: isSuccess(result),
  status_code: result.statusCode,
  response_body: result.responseBody,
  error: result.error,
  error_kind: result.errorKind,
});
