/** What each try of an activity notes for the next one, in its heartbeat details. */
import type { Context } from '@temporalio/activity';

/** How an item stands after a step: done, or to be gone on with from a note. */
export type ItemState<Note, Done> = { note: Note } | { done: Done };

interface Details<Note, Done> {
  v: 1;
  attempt: number;
  /** The try came to its own end: nothing that it did is missing here. */
  over: boolean;
  items: Record<string, ItemState<Note, Done>>;
}

/**
 * Notes by the item's place in the request. A try that was killed may have left none: then what it had under way counts
 * as unanswered.
 */
export class StepNotes<Note, Done> {
  readonly #items: Record<string, ItemState<Note, Done>>;
  readonly #lastNoted: number;
  readonly #allNoted: boolean;
  #over = false;

  constructor(readonly context: Context) {
    const details = parse<Note, Done>(context.info.heartbeatDetails);
    this.#items = details?.items ?? {};
    this.#lastNoted = details?.attempt ?? 0;
    this.#allNoted = details?.over ?? true;
  }

  /** True when an earlier try may have done something that it could not note. */
  get unansweredTry(): boolean {
    return !this.#allNoted || this.context.info.attempt - 1 > this.#lastNoted;
  }

  of(index: number): ItemState<Note, Done> | undefined {
    return this.#items[index];
  }

  /** Keeps it for the next heartbeat. */
  keep(index: number, state: ItemState<Note, Done>): void {
    this.#items[index] = state;
  }

  /** Heartbeats what is kept. The SDK throttles; what it holds back it sends when the try fails. */
  send(): void {
    this.context.heartbeat(this.details());
  }

  /** As {@link send}, when the try is about to end with everything kept: heartbeats in its midst may miss a post. */
  sendLast(): void {
    this.#over = true;
    this.send();
  }

  details(): Details<Note, Done> {
    return { v: 1, attempt: this.context.info.attempt, over: this.#over, items: this.#items };
  }
}

/** Notes of another version of this code are ignored, which only makes the next try more careful. */
function parse<Note, Done>(details: unknown): Details<Note, Done> | undefined {
  const known = details as Partial<Details<Note, Done>> | null | undefined;
  return known?.v === 1 && typeof known.attempt === 'number' && known.items
    ? (known as Details<Note, Done>)
    : undefined;
}
