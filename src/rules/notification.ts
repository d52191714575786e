/** What people are told: from syncs that failed, are late or recovered to one notification that fits everywhere. */
import type { Notification, NotifiedSync } from '../contracts/notification';
import { jsonBytes } from './json-bytes';
import { truncateText } from './quoted';
import { nameOf } from './sync-names';

/** What a notification is made of. */
export interface NotificationParts extends Pick<Notification, 'organization' | 'workflowId' | 'runId'> {
  failed: readonly NotifiedSync[];
  late: readonly NotifiedSync[];
  recovered: readonly NotifiedSync[];
  /** Where more happened than the lists hold. Default: the lengths of the lists. */
  counts?: Notification['counts'];
}

/** Syncs listed of each kind. */
export const mostListed = 50;

/** Largest notification, in bytes of JSON: receivers refuse long ones, and each enters a history. */
export const largestNotificationBytes = 40_000;

/** Syncs that the text names, of each kind. */
const mostNamed = 5;

/** How much is kept of each sync's texts, from the most that is of use to the least; characters. */
const budgets = [
  { name: 100, reason: 300, url: 1_000, listed: mostListed },
  { name: 100, reason: 80, url: 300, listed: mostListed },
  { name: 40, reason: 0, url: 0, listed: mostListed },
  { name: 40, reason: 0, url: 0, listed: 10 },
  // Ids of the greatest length, each character taking several bytes.
  { name: 40, reason: 0, url: 0, listed: 3 },
] as const;

type Budget = (typeof budgets)[number];

/** The most telling notification that is small enough; its counts are exact however much was left out. */
export function toNotification(parts: NotificationParts): Notification {
  const { failed, late, recovered } = parts;
  const counts = parts.counts ?? { failed: failed.length, late: late.length, recovered: recovered.length };
  let notification = within(parts, counts, budgets[0]);
  for (const budget of budgets.slice(1)) {
    if (jsonBytes(notification) <= largestNotificationBytes) break;
    notification = within(parts, counts, budget);
  }
  return notification;
}

function within(parts: NotificationParts, counts: Notification['counts'], budget: Budget): Notification {
  const { organization, workflowId, runId } = parts;
  const cut = (syncs: readonly NotifiedSync[]): NotifiedSync[] =>
    syncs.slice(0, budget.listed).map((sync) => cutSync(sync, budget));
  const lists = { failed: cut(parts.failed), late: cut(parts.late), recovered: cut(parts.recovered) };
  const text = textOf(lists, counts);
  return { text, type: 'polytomic.syncs', organization, workflowId, runId, ...lists, counts };
}

function cutSync({ reason, url, ...sync }: NotifiedSync, budget: Budget): NotifiedSync {
  const why = reason && cutText(reason, budget.reason);
  return {
    ...sync,
    name: sync.name === null ? null : cutText(sync.name, budget.name),
    ...(why && { reason: why }),
    // A part of an address leads nowhere.
    ...(url && url.length <= budget.url && { url }),
  };
}

const words = { failed: 'Failed', late: 'Late', recovered: 'Recovered' } as const;
type Event = keyof typeof words;

/** A headline, then a line for each of the first syncs; without the signs with which Slack calls people and hides links. */
function textOf(lists: Record<Event, NotifiedSync[]>, counts: Notification['counts']): string {
  const lines = events.flatMap((event) => {
    const named = lists[event].slice(0, mostNamed);
    const more = counts[event] - named.length;
    return [
      ...named.map((sync) => `${words[event]}: ${describe(sync)}`),
      ...(more > 0 && named.length > 0 ? [`… and ${more} more ${event}`] : []),
    ];
  });
  return [headlineOf(counts), ...lines].join('\n').replaceAll('<', '‹').replaceAll('>', '›');
}

const events: readonly Event[] = ['failed', 'late', 'recovered'];

/** Such as "2 syncs failed, 1 late, 1 recovered". */
export function headlineOf(counts: Notification['counts']): string {
  const told = events.filter((event) => counts[event] > 0);
  const phrases = told.map((event, index) => {
    const noun = counts[event] === 1 ? 'sync' : 'syncs';
    return `${counts[event]}${index === 0 ? ` ${noun}` : ''} ${event}`;
  });
  return phrases.join(', ') || 'No sync failed';
}

function describe({ stepId, outcome, reason, url, ...sync }: NotifiedSync): string {
  const who = [stepId && `step ${stepId}`, nameOf(sync)].filter(Boolean).join(', ');
  const what = outcome && outcome !== 'completed' && outcome !== 'failed' ? `, ${phrases[outcome]}` : '';
  return `${oneLine(who)}${what}${reason ? `: ${oneLine(reason)}` : ''}${url ? ` ${url}` : ''}`;
}

const phrases = {
  completedWithErrors: 'completed with errors',
  partiallyFailed: 'partially failed',
  canceled: 'canceled',
  timedOut: 'timed out',
  skipped: 'skipped',
} as const;

/** What breaks a line or turns the direction of a text. */
const steering = /[\s\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
/** What some receivers notify everybody of. */
const mention = /@(?=all\b|channel\b|everyone\b|here\b)/gi;

/** On one line; where the receiver renders Markdown, no link that hides where it leads. */
function oneLine(text: string): string {
  return text.replace(steering, ' ').replaceAll('](', '] (').replace(mention, '@ ').trim();
}

/** Cuts between characters, never inside of one that takes two units. */
function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  if (most === 0) return '';
  return `${truncateText(text, most - 1)}…`;
}
