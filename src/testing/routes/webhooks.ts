/** The webhook of an organization and what was delivered to it. */
import { ApiFailure, notFound } from '../http/api-failure';
import { data, listOf, param, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { isRetained } from '../delivery/event-feed';
import { toMs } from '../state/execution';
import { answerPage, pageOf } from '../http/paging';
import { disable, isSuccess, toDelivery, toWebhook, type Webhook } from '../delivery/webhook';

/** Handlers of `webhooks.*`. */
export const webhookRoutes: Handlers = {
  'webhooks.list': ({ organization }) => listOf([...organization.account.webhooks.values()].map(toWebhook)),
  'webhooks.create': (call) => {
    const { webhooks } = call.organization.account;
    if (webhooks.size > 0) throw new ApiFailure(422, 'the organization has a webhook already');
    const made = { id: call.emulator.newId(), organizationId: call.organization.id, createdAt: call.now };
    const webhook = { ...made, ...settingsOf(call) };
    webhooks.set(webhook.id, { ...webhook, nextEvent: nextEvent(call), queue: [], attempts: [] });
    return data(toWebhook(webhookOf(call, webhook.id)));
  },
  'webhooks.get': (call) => answer(call),
  'webhooks.update': (call) => {
    Object.assign(webhookOf(call), settingsOf(call));
    return answer(call);
  },
  'webhooks.delete': (call) => {
    call.organization.account.webhooks.delete(webhookOf(call).id);
    return {};
  },
  'webhooks.disable': (call) => {
    disable(webhookOf(call), { at: call.now, reason: 'disabled through the API' });
    return answer(call);
  },
  // What happened while it was disabled is never told.
  'webhooks.enable': (call) => {
    const webhook = webhookOf(call);
    if (webhook.disabled !== undefined) webhook.nextEvent = nextEvent(call);
    delete webhook.disabled;
    return answer(call);
  },
  'webhooks.listDeliveries': listDeliveries,
};

const answer = (call: ApiRequest): Answer => data(toWebhook(webhookOf(call)));
const nextEvent = ({ organization, now }: ApiRequest): number => organization.events.next(now);

function webhookOf(call: ApiRequest, id = param(call, 'id')): Webhook {
  const webhook = call.organization.account.webhooks.get(id);
  if (webhook === undefined) throw notFound('webhook', id);
  return webhook;
}

function settingsOf({ body, organization }: ApiRequest): Pick<Webhook, 'endpoint' | 'secret'> {
  const [endpoint, secret] = [String(body.endpoint), String(body.secret)];
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) {
    throw new ApiFailure(422, 'body.endpoint: expected an http or https URL');
  }
  if (secret.length < 6 || secret.length > 32) throw new ApiFailure(422, 'body.secret: expected 6 to 32 characters');
  if ((body.organization_id ?? organization.id) !== organization.id) {
    throw new ApiFailure(422, 'body.organization_id: not the organization of this key');
  }
  return { endpoint, secret };
}

/** Undocumented; a receiver's tests should meet a second page. */
const pageSize = 50;

/** Newest first, as long as the event itself can be read; `start` is included, `end` is not. */
function listDeliveries(call: ApiRequest): Answer {
  const { success, event_id, start, end, page_token } = call.query;
  const from = toMs(start) ?? -Infinity;
  const to = toMs(end) ?? Infinity;
  if (from > to) throw new ApiFailure(422, 'query.start: expected a time before end');
  const attempts = webhookOf(call).attempts.filter(
    ({ at, eventAt, eventId, result }) =>
      isRetained(eventAt, call.now) &&
      (success === undefined || isSuccess(result) === success) &&
      (event_id === undefined || eventId === event_id) &&
      at >= from &&
      at < to,
  );
  return answerPage(pageOf(attempts.toReversed(), { token: page_token, ceiling: pageSize }), toDelivery);
}
