/** What makes a fan-out or pipeline a workflow of its own: its query, its updates, its texts in the Temporal UI. */
import { defineQuery, defineUpdate, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { FanOutProgress } from '../../../contracts/fan-out-progress';
import { controlUpdateNames, progressQueryName } from '../../../contracts/names';
import { handleChangeTimeout } from '../change-timeout';
import { Deadline } from '../deadline';
import type { ManyControl } from './many-control';
import { describeProgress, firstProgress } from './many-progress';
import type { FanOutHooks } from './run-fan-out';

/** Answers where it stands. */
export const progressQuery = defineQuery<FanOutProgress>(progressQueryName);
/** What runs may end; nothing is started until `resume`. */
export const pauseUpdate = defineUpdate<{ paused: true }>(controlUpdateNames.pause);
/** Goes on after `pause`. */
export const resumeUpdate = defineUpdate<{ paused: false }>(controlUpdateNames.resume);
/** Takes out a sync (in a pipeline: a step) that has not started. */
export const skipUpdate = defineUpdate<{ skipped: string }, [string]>(controlUpdateNames.skip);
/** Changes how many syncs run at the same time; fewer than run now are reached as they end. */
export const setConcurrencyUpdate = defineUpdate<{ maxConcurrent: number }, [number]>(
  controlUpdateNames.setConcurrency,
);

/** Registers all handlers, before anything is awaited, and gives the hooks that connect them with the loop. */
export function asManyWorkflow(): Required<Omit<FanOutHooks, 'carried'>> {
  let control: ManyControl | null = null;
  const deadline = new Deadline();
  const started = firstProgress();
  const running = (): ManyControl => {
    if (!control) throw new Error('too early, the input is being read');
    return control;
  };
  setHandler(progressQuery, () => control?.progress ?? started, { description: 'Where the syncs stand.' });
  setHandler(pauseUpdate, () => running().pause(), {
    validator: () => void running(),
    description: 'Starts nothing more until `resume`; what runs may end.',
  });
  setHandler(resumeUpdate, () => running().resume(), {
    validator: () => void running(),
    description: 'Goes on after `pause`.',
  });
  setHandler(skipUpdate, (id) => running().skip(id), {
    validator: (id) => running().checkSkip(id),
    description: 'Takes out a sync (in a pipeline: a step) that has not started, by its id.',
  });
  setHandler(setConcurrencyUpdate, (most) => running().setConcurrency(most), {
    validator: (most) => running().checkConcurrency(most),
    description: 'Changes how many syncs run at the same time.',
  });
  handleChangeTimeout(deadline);
  return {
    deadline,
    onControl: (found) => (control = found),
    onProgress: (progress) => setCurrentDetails(describeProgress(progress)),
  };
}
