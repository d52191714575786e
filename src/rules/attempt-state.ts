/** What is known of one intended start or create over all of its tries: plain data that a workflow carries along. */
import type { ItemFailure } from '../contracts/item-failure';
import type { EffectWindow, OncePost } from '../contracts/starts';

/** `post`: with the key in use. `lookThenPost`: first look for what earlier tries made. `look`: post nothing for now. */
export type AttemptMode = 'post' | 'lookThenPost' | 'look';

/** All that is known of one intent. Times are milliseconds since the epoch by the workflow's clock unless said otherwise. */
export interface AttemptState {
  /** Number of the key in use: keys are `<base>-<number>`. */
  key: number;
  mode: AttemptMode;
  /** The next try may come at this time. */
  notBefore: number;
  /** Tries so far, which pace the next ones. */
  tries: number;
  /** Beginning of the first try of this key that may have taken effect, by Polytomic's clock; null: the key is certain. */
  since: number | null;
  /** The same of the first such try after a gap in which nothing of ours can have been created. */
  windowSince: number | null;
  /** Until then an effect of the tries so far may still become visible. */
  visibleUntil: number;
  /**
   * Polytomic's clock less the workflow's, at least: every answer is given some time before the workflow takes it in, so that
   * the highest value is the best one.
   */
  clockOffsetMs: number;
  /** When earlier tries may have taken effect: of keys that were given up, and of this key before a gap. */
  windows: EffectWindow[];
  /** A look after everything could have become visible found nothing. */
  isCleared: boolean;
  /** The last answer to this key, and how often in a row it came: a key replays its first recorded outcome for a day. */
  repeated: { status: number | null; count: number };
  throttles: number;
  /** 409s to certain keys that no run explains. */
  conflicts: { keys: number; since: number } | null;
  /** Since when this uncertain key is answered by 409 with no run to be seen: its first try may be in flight. */
  inFlightSince: number | null;
  /** Since when looks are refused (401, 403, 404). */
  looksRefusedSince: number | null;
  /** Polytomic refused a try while an earlier one may have taken effect: only looks follow. */
  refusal: ItemFailure | null;
  /** Since when schemas of the connection are still being read. */
  notReadySince: number | null;
  activationConflicts: number;
  /** Fingerprint of the secret under which the key was posted. */
  keyFingerprint?: string;
}

/** What an outcome is judged by. */
export interface AttemptContext {
  now: number;
  /** When the try was scheduled. What takes its outcome in may come days later, where no worker was there. */
  scheduledAt: number;
  /** Draws the number of the next key. */
  nextKey: () => number;
}

const minuteMs = 60_000;
const firstPauseMs = 1_000;
const maxPauseMs = 5 * minuteMs;
/** Between the beginning of a try and its outcome. */
const longestTryMs = 3 * minuteMs;
/** How far Polytomic's clocks may differ, by which a window is taken to be longer at both ends, and how far Temporal's may. */
const skewMs = minuteMs;
/** More say nothing that fewer do not. */
const maxWindows = 6;
/** Outcomes are recorded for a day; later the same key would start anew. */
const keyLifetimeMs = 23 * 60 * minuteMs;

/**
 * Nothing was tried yet. An attempt that is lost may report no time, so that Polytomic's must be known before the first one.
 *
 * @param serverTime Polytomic's clock before the first try (RFC 3339)
 * @param windows of an earlier intent for the same run, whose effects would be wanted too
 */
export function newAttempt(
  key: number,
  { now, serverTime }: { now: number; serverTime: string },
  windows: EffectWindow[] = [],
): AttemptState {
  return {
    key,
    mode: windows.length > 0 ? 'lookThenPost' : 'post',
    notBefore: now,
    tries: 0,
    since: null,
    windowSince: null,
    visibleUntil: 0,
    // What is older still came late, and not by another clock: dated by it, what others start could be taken for ours.
    clockOffsetMs: Math.max(Date.parse(serverTime) - now, -skewMs),
    windows,
    isCleared: false,
    repeated: { status: null, count: 0 },
    throttles: 0,
    conflicts: null,
    inFlightSince: null,
    looksRefusedSince: null,
    refusal: null,
    notReadySince: null,
    activationConflicts: 0,
  };
}

/** Whether some key of this intent may have taken effect: only then is there anything to search for. */
export function mayHaveTakenEffect({ since, windows }: AttemptState): boolean {
  return since !== null || windows.length > 0;
}

/** When the tries so far may have taken effect: what was created at other times is not ours. */
export function windowsOf({ windowSince: from, windows, visibleUntil, clockOffsetMs }: AttemptState): EffectWindow[] {
  return from === null ? windows : [...windows, { from, to: Math.ceil(visibleUntil + clockOffsetMs) }];
}

/** A key that was given up may still take effect: until then another one would start a second run. */
function mayPost({ mode, since, windows, visibleUntil }: AttemptState, now: number): boolean {
  return mode !== 'look' && (since !== null || windows.length === 0 || now >= visibleUntil);
}

/** What the next try is to do. @param isPaused nothing may be posted for now */
export function toOncePost(attempt: AttemptState, base: string, now: number, isPaused = false): OncePost {
  const isStale = attempt.since !== null && now + attempt.clockOffsetMs - attempt.since > keyLifetimeMs;
  const looksOnly = isPaused || isStale || !mayPost(attempt, now);
  return {
    key: looksOnly ? null : keyOf(base, attempt.key),
    lookFirst: attempt.mode !== 'post',
    windows: windowsOf(attempt),
    ...(attempt.keyFingerprint !== undefined && { keyFingerprint: attempt.keyFingerprint }),
  };
}

/** The idempotency key of a number. */
export function keyOf(base: string, key: number): string {
  return `${base}-${key}`;
}

/** Another key, this one's window being kept where it may have taken effect. */
export function giveUpKey(attempt: AttemptState, context: AttemptContext): void {
  closeWindow(attempt);
  takeKey(attempt, context);
}

/** A try may have taken effect, which may become visible within so long. */
export function openWindow(
  attempt: AttemptState,
  { at, windowMs }: { at: number; windowMs: number },
  now: number,
): void {
  if (now - longestTryMs > attempt.visibleUntil) closeWindow(attempt);
  attempt.since ??= at;
  attempt.windowSince ??= at;
  attempt.isCleared = false;
  attempt.visibleUntil = Math.max(attempt.visibleUntil, now + windowMs);
}

function closeWindow(attempt: AttemptState): void {
  const { windowSince: from, visibleUntil, clockOffsetMs } = attempt;
  if (from === null) return;
  attempt.windows = addWindow(attempt.windows, { from, to: Math.ceil(visibleUntil + clockOffsetMs) });
  attempt.windowSince = null;
}

/** A start that is tried for days has few windows: those that clocks may not tell apart become one. */
function addWindow(windows: readonly EffectWindow[], { from, to }: EffectWindow): EffectWindow[] {
  const last = windows.at(-1);
  if (!last || windows.length < maxWindows || from - last.to > skewMs) return [...windows, { from, to }];
  return [...windows.slice(0, -1), { from: Math.min(last.from, from), to: Math.max(last.to, to) }];
}

/** Another key for the next post. */
export function takeKey(attempt: AttemptState, { nextKey }: AttemptContext): void {
  attempt.key = nextKey();
  attempt.since = null;
  attempt.windowSince = null;
  attempt.repeated = { status: null, count: 0 };
  attempt.throttles = 0;
  attempt.inFlightSince = null;
  delete attempt.keyFingerprint;
}

/** Pauses of 1 s, doubled up to 5 minutes, or as long as Polytomic asks; the last look comes when the window has passed. */
export function retryLater(
  attempt: AttemptState,
  { now, retryAfterMs, maxMs = maxPauseMs }: { now: number; retryAfterMs: number; maxMs?: number },
): void {
  attempt.tries += 1;
  const at = now + Math.max(retryAfterMs, pauseMs(attempt.tries, maxMs));
  const isLastLook = !mayPost(attempt, now) && now < attempt.visibleUntil && at > attempt.visibleUntil;
  attempt.notBefore = isLastLook ? Math.max(attempt.visibleUntil, now + retryAfterMs) : at;
}

/** The pause after so many tries in vain, milliseconds. */
export function pauseMs(tries: number, maxMs = maxPauseMs): number {
  return Math.min(maxMs, firstPauseMs * 2 ** Math.min(Math.max(0, tries - 1), 20));
}
