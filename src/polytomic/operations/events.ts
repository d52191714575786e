/** What happened in the organization during the last 48 hours. */
import { z } from 'zod';
import { page } from '../answers';
import { lenient } from '../lenient';
import { get } from '../operation';
import { answer, shape, type Read } from '../shapes';

/** Both bounds are strict, so events of one instant can fall between two windows: let windows overlap. */
const ListEvents = shape(() =>
  z.strictObject({
    /** The filter's name is `type`, although texts call it `event_type`. */
    type: z.string().optional(),
    starting_after: z.string().optional(),
    ending_before: z.string().optional(),
    /** 1 to 100. Default: 10. */
    limit: z.int().min(1).max(100).optional(),
    organization_id: z.string().optional(),
  }),
);

/** What it holds depends on the outer `type`. */
const EventDetails = answer(() =>
  lenient({
    execution_id: z.string(),
    sync_id: z.string(),
    sync_name: z.string(),
    status: z.string(),
    error: z.string(),
  }),
);

/** An event is a hint to look, never proof: one of a shape that nobody knows yet must not hide those beside it. */
export const Event = answer(() =>
  lenient({
    id: z.string(),
    type: z.string(),
    created_at: z.string(),
    organization_id: z.string(),
    event: EventDetails(),
  }),
);
export type Event = Read<typeof Event>;

/** Lists of signed addresses in the event of a completed model sync. */
const logLists = ['total', 'inserted', 'updated', 'deleted', 'errored'].map((kind) => `event.${kind}_records`);

/** Rows of `events.*`. */
export const events = {
  /** Has no tokens: walk it by time, and drop by id what was seen. Neither order nor completeness is promised. */
  list: get('/api/events', {
    query: ListEvents,
    answer: page(Event),
    since: '2024-02-08',
    secrets: { answer: [...logLists, 'event.warnings'] },
  }),
  /** The types there are now, as plain texts. */
  getTypes: get('/api/events_types', { answer: page(shape(() => z.string())), since: '2024-02-08' }),
};
