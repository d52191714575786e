/** What Temporal's timeline shows of our workflows: a name alone, or a timer's number, says nothing to people. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const folder = join(__dirname, '../../replay/histories');

interface RecordedEvent {
  eventType: string;
  userMetadata?: { summary?: unknown };
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
}

/** Workflows of users, whose own timers and activities are theirs to summarize. */
const isOfUsers = (file: string): boolean => /^(example|inline)-/.test(file);

it('every activity and every timer of a recorded history has a summary', () => {
  const [version = ''] = readdirSync(folder).sort().reverse();
  const files = readdirSync(join(folder, version)).filter((file) => !isOfUsers(file));
  const bare = files.flatMap((file) => {
    const { events } = JSON.parse(readFileSync(join(folder, version, file), 'utf8')) as { events: RecordedEvent[] };
    const shown = events.filter(({ eventType }) => /ACTIVITY_TASK_SCHEDULED|TIMER_STARTED/.test(eventType));
    return shown
      .filter(({ userMetadata }) => userMetadata?.summary === undefined)
      .map((event) => `${file}: ${event.activityTaskScheduledEventAttributes?.activityType.name ?? 'timer'}`);
  });
  expect(files.length).toBeGreaterThan(0);
  expect(bare).toEqual([]);
});
