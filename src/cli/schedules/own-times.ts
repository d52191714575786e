/** Polytomic's schedules as times of Temporal. Pure. */
import type { Fields } from '../../contracts/provision-spec';
import { activeSchedules } from '../../rules/provision/own-schedule';
import type { SyncSchedule } from './sync-schedule';

/** When a sync ran by Polytomic's own schedule; undefined where Temporal has no word for it. Both reckon in UTC. */
export function toTimes(before: Fields): Pick<SyncSchedule, 'cron' | 'intervals'> | undefined {
  const [only, ...others] = activeSchedules(before);
  // One that names schemas or a way to read them starts another run than ours would.
  if (!only || others.length > 0 || 'schemas' in only || 'selective_mode' in only || 'resync_mode' in only)
    return undefined;
  const at = (field: string, none: string): string => {
    const value = only[field];
    return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : none;
  };
  const day = at('day_of_week', '*').replace(/[a-z]{4,}/gi, (name) => name.slice(0, 3));
  switch (only.frequency) {
    case 'continuous':
      return { intervals: [{ every: '5 minutes' }] };
    case 'hourly':
      return { cron: [`${at('minute', '0')} * * * *`] };
    case 'daily':
      return { cron: [`${at('minute', '0')} ${at('hour', '0')} * * *`] };
    case 'weekly':
      return { cron: [`${at('minute', '0')} ${at('hour', '0')} * * ${day === '*' ? '0' : day}`] };
    case 'custom':
      return {
        cron: [`${at('minute', '0')} ${at('hour', '*')} ${at('day_of_month', '*')} ${at('month', '*')} ${day}`],
      };
    default:
      return undefined;
  }
}

/** `hourly, minute 15`: the schedules of a sync in words. */
export function ownScheduleText(before: Fields): string {
  const texts = activeSchedules(before).map(({ frequency, ...rest }) => {
    const parts = Object.entries(rest).map(([name, value]) => {
      const text = typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
      return `${name.replaceAll('_', ' ')} ${text}`;
    });
    return [String(frequency), ...parts].join(', ');
  });
  return texts.join('; ') || 'manual';
}
