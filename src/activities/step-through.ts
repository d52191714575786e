/** Takes every item of a request one step further; the activity is tried again until each one is done. */
import type { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { ItemFailure } from '../contracts/composite-activities';
import { startHeartbeats } from './heartbeats';
import { inParallel } from './in-parallel';
import { StepNotes } from './step-notes';

/** Requests under way at once. */
const mostAtOnce = 20;

/** Often enough for the heartbeat timeout of starts, which finds a killed worker. */
const heartbeatEveryMs = 8_000;

/** What a step is given of the tries before it. */
export interface StepInput<Note> {
  note: Note | null;
  /** An earlier try may have sent a request without noting its answer. */
  unansweredTry: boolean;
  /** Notes an answer before it is acted on. */
  onNote: (note: Note) => void;
}

/** What a step comes to. */
export type Step<Note, Done> = { done: Done } | { again: Again<Note> };

/** An item that needs more: what is to be known then, when, and why. */
export interface Again<Note> {
  note: Note;
  delayMs: number;
  cause: ItemFailure;
}

/** Steps of every kind note the last answer of the API; `none` when nothing came back. */
interface AnyNote {
  last: string | null;
}

/** What is to be done, and how. */
export interface StepThrough<Item, Note, Done> {
  context: Context;
  items: readonly Item[];
  takeStep: (item: Item, input: StepInput<Note>) => Promise<Step<Note, Done>>;
  /** Makes the result of an item that is not done after one step. Default: the activity is tried again until all are. */
  giveBack?: ((again: Again<Note>) => Done) | undefined;
}

/** The results in the order of the items. @throws ApplicationFailure, retryable with its delay, while some are not done. */
export async function stepThrough<Item, Note extends AnyNote, Done>(
  request: StepThrough<Item, Note, Done>,
): Promise<Done[]> {
  const { context, items, takeStep, giveBack } = request;
  const notes = new StepNotes<Note, Done>(context);
  const stopHeartbeats = startHeartbeats(context, heartbeatEveryMs, () => notes.details());
  try {
    const steps = await inParallel(items, mostAtOnce, (item, index) =>
      oneStep(notes, index, (input) => takeStep(item, input)),
    );
    if (giveBack) return steps.map((step) => ('done' in step ? step.done : giveBack(step.again)));
    const again = steps.flatMap((step) => ('again' in step ? [step.again] : []));
    if (again.length === 0) return steps.flatMap((step) => ('done' in step ? [step.done] : []));
    notes.sendLast();
    throw tryAgain(again);
  } finally {
    stopHeartbeats();
  }
}

async function oneStep<Note extends AnyNote, Done>(
  notes: StepNotes<Note, Done>,
  index: number,
  takeStep: (input: StepInput<Note>) => Promise<Step<Note, Done>>,
): Promise<Step<Note, Done>> {
  const state = notes.of(index);
  if (state && 'done' in state) return state;
  const onNote = (note: Note): void => {
    notes.keep(index, { note });
    // A try without an answer needs no heartbeat of its own: finding no note says the same.
    if (note.last !== 'none') notes.send();
  };
  const step = await takeStep({ note: state?.note ?? null, unansweredTry: notes.unansweredTry, onNote });
  notes.keep(index, 'done' in step ? step : { note: step.again.note });
  return step;
}

/** Expected trouble: kept out of error logs, and tried again when the most impatient item wants it. */
function tryAgain<Note>(again: Again<Note>[]): ApplicationFailure {
  const next = again.reduce((one, other) => (other.delayMs < one.delayMs ? other : one));
  return ApplicationFailure.create({
    type: next.cause.type,
    message: next.cause.message,
    nextRetryDelay: Math.max(1, Math.round(next.delayMs)),
    category: ApplicationFailureCategory.BENIGN,
  });
}
