/** Tells webhooks of events: at once, then again after growing pauses by the emulator's clock. */
import type { EmulatorContext } from '../http/api';
import { toTold } from './event-feed';
import { startDueRuns } from '../state/schedules';
import { disable, isSuccess, type AttemptResult, type PendingDelivery, type Webhook } from './webhook';
import { postToWebhook, type WebhookTransport } from './webhook-post';
import type { Organization } from '../state/emulator-state';

/** After the first try; documented as "up to five". */
const mostRetries = 5;
/** The pause before the first retry, doubled before each further one: that it grows is documented, by how much is not. */
const firstPauseMs = 1_000;
/** Real milliseconds between two looks for something that is due. */
const lookEveryMs = 20;

/** Tries that are kept for the list of deliveries. */
const maxAttempts = 10_000;

/** What a sender needs; `stage` is asked each time, since a reset replaces it. */
export interface SenderContext extends WebhookTransport {
  readonly stage: () => EmulatorContext;
  readonly url: () => string;
}

/** A try under way. */
interface Delivery {
  readonly webhook: Webhook;
  readonly pending: PendingDelivery;
}

/** Sends what is due for whatever stage holds; a try that outlives its stage changes nothing of the next one. */
export class WebhookSender {
  readonly #closed = new AbortController();
  readonly #underWay = new Map<PendingDelivery, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly context: SenderContext) {}

  /** Looks again and again, without keeping the process alive. */
  start(): void {
    this.#timer = setInterval(() => this.look(), lookEveryMs).unref();
  }

  /** Ends what is under way and sends nothing any more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#closed.abort();
  }

  /** Takes new events and sends what is due by now. */
  look(): void {
    if (this.#closed.signal.aborted) return;
    const stage = this.context.stage();
    const now = stage.emulator.clock.now();
    const active = [...stage.emulator.organizations.values()].flatMap((organization) =>
      [...organization.account.webhooks.values()]
        .filter(({ disabled }) => disabled === undefined)
        .map((webhook) => ({ organization, webhook })),
    );
    if (active.length > 0) startDueRuns(stage.emulator, now);
    for (const { organization, webhook } of active) {
      takeEvents(stage, { organization, webhook, now });
      for (const pending of webhook.queue) {
        if (pending.dueAt > now || this.#underWay.has(pending)) continue;
        this.#underWay.set(pending, this.#send({ webhook, pending }, now));
      }
    }
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
  }

  async #send(delivery: Delivery, now: number): Promise<void> {
    const { webhook, pending } = delivery;
    const { endpoint, secret } = webhook;
    const { type, event } = toTold(pending.kept, this.context.url());
    // More than these two fields may arrive in truth, but no document promises any.
    const payload = { type, event };
    const result = await postToWebhook(this.context, { endpoint, secret, payload, closed: this.#closed.signal });
    this.#underWay.delete(pending);
    if (this.#closed.signal.aborted) return;
    conclude(this.context.stage(), delivery, { at: now, result });
    this.look();
  }
}

function takeEvents(
  { faults }: EmulatorContext,
  { organization, webhook, now }: { organization: Organization; webhook: Webhook; now: number },
): void {
  const found = organization.events.since(webhook.nextEvent, now);
  if (found.length === 0) return;
  const told = found.filter((kept) => !faults.hides(kept, now));
  webhook.queue = [...webhook.queue, ...told.map((kept) => ({ kept, tries: 0, dueAt: now }))];
  webhook.nextEvent = organization.events.next(now);
}

/**
 * Notes a try. A webhook that took an event at none of all tries is disabled: a reason is documented, who gives it is
 * not, and a receiver must be ready for it.
 */
function conclude(
  { emulator }: EmulatorContext,
  { webhook, pending }: Delivery,
  { at, result }: { at: number; result: AttemptResult },
): void {
  const { kept } = pending;
  const { id: eventId, type: eventType } = kept.event;
  const attempt = { id: emulator.newId(), eventId, eventType, eventAt: kept.at, at, result };
  webhook.attempts = [...webhook.attempts.slice(1 - maxAttempts), attempt];
  pending.tries += 1;
  if (isSuccess(result)) {
    webhook.queue = webhook.queue.filter((other) => other !== pending);
  } else if (pending.tries <= mostRetries) {
    pending.dueAt = at + firstPauseMs * 2 ** (pending.tries - 1);
  } else {
    disable(webhook, { at, reason: 'an event could not be delivered at any try' });
  }
}
