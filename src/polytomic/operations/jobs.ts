/** Long pieces of work. */
import { one } from '../answers';
import { get } from '../operation';
import { Job, jobSecrets } from './shared-answers';

/** Rows of `jobs.*`. */
export const jobs = {
  /** Take `type` and `id` from the answer that started the job; 400 on an unknown type, 404 on one that is long over. */
  get: get('/api/jobs/{type}/{id}', { answer: one(Job), since: '2024-02-08', secrets: { answer: jobSecrets } }),
};
