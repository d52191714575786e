/** When a bulk sync runs, one schedule at a time. Names are in camel case here, unlike in the sync itself. */
import { z } from 'zod';
import { one, page } from '../../answers';
import { del, get, post, put } from '../../operation';
import { answer, shape } from '../../shapes';
import { BulkSelectiveMode, ScheduleFrequency } from '../enums';

/** Cannot set `schemas` or a resync mode: these need an update of the sync. */
const WriteSchedule = shape(() =>
  z.strictObject({
    schedule: z.strictObject({
      frequency: ScheduleFrequency(),
      minute: z.string().optional(),
      hour: z.string().optional(),
      dayOfWeek: z.string().optional(),
      dayOfMonth: z.string().optional(),
      month: z.string().optional(),
      selectiveMode: BulkSelectiveMode().optional(),
    }),
  }),
);

/** Has no id: take it from the sync's own `default_schedule` and `additional_schedules`. */
const Schedule = answer(() => ({
  syncId: z.string(),
  frequency: z.string(),
  minute: z.string(),
  hour: z.string(),
  dayOfWeek: z.string(),
  dayOfMonth: z.string(),
  month: z.string(),
  isDefault: z.boolean(),
  schemas: z.array(z.string()),
  selectiveMode: z.string(),
  syncMode: z.string(),
  createdAt: z.string(),
  createdBy: z.string(),
  updatedAt: z.string(),
  updatedBy: z.string(),
  deletedAt: z.string(),
  deletedBy: z.string(),
}));

const since = '2024-02-08';

/** Rows of `bulkSync.schedules.*`. */
export const schedules = {
  /** All of them at once, without their ids. */
  list: get('/api/bulk/syncs/{sync_id}/schedules', { answer: page(Schedule), since }),
  /** Adds one to those that the sync has. Fields of `schedule` are in camelCase; times are UTC. */
  create: post('/api/bulk/syncs/{sync_id}/schedules', {
    body: WriteSchedule,
    answer: one(Schedule),
    since,
    starts: true,
  }),
  /** One schedule by its id. */
  get: get('/api/bulk/syncs/{sync_id}/schedules/{schedule_id}', { answer: one(Schedule), since }),
  /** Replaces the whole schedule. */
  update: put('/api/bulk/syncs/{sync_id}/schedules/{schedule_id}', {
    body: WriteSchedule,
    answer: one(Schedule),
    since,
  }),
  /** A run in progress goes on. */
  delete: del('/api/bulk/syncs/{sync_id}/schedules/{schedule_id}', { since }),
};
