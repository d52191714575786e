/** The list of events, by a window of time. */
import { ApiFailure } from '../http/api-failure';
import { data, listOf, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { eventTypes, toTold } from '../delivery/event-feed';
import { toMs } from '../state/execution';

/** Handlers of `events.*`. */
export const eventRoutes: Handlers = {
  'events.list': listEvents,
  'events.getTypes': () => data(eventTypes),
};

const eventCeiling = 100;

/** Newest first, both ends of the window left out. */
function listEvents(call: ApiRequest): Answer {
  const { type, starting_after, ending_before, organization_id, limit = 10 } = call.query;
  if (typeof limit !== 'number' || limit < 1 || limit > eventCeiling) {
    throw new ApiFailure(422, `query.limit: expected 1 to ${eventCeiling}`);
  }
  if (organization_id !== undefined && organization_id !== call.organization.id) return listOf([]);
  const after = toMs(starting_after) ?? -Infinity;
  const before = toMs(ending_before) ?? Infinity;
  const events = call.organization.events.list(call.now).filter((kept) => {
    const inWindow = kept.at > after && kept.at < before;
    return inWindow && (type === undefined || kept.event.type === type) && !call.isLost(kept);
  });
  return listOf(events.slice(0, limit).map((kept) => toTold(kept, call.url)));
}
