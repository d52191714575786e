/** Jobs: what became of long work. */
import { ApiFailure, notFound } from '../http/api-failure';
import { data, param, type Handlers } from '../http/api-request';
import { isForgotten, jobTypes, toJobResponse } from '../state/job';

/** The handler of `jobs.get`. */
export const jobRoutes: Handlers = {
  'jobs.get': (call) => {
    const [type, id] = [param(call, 'type'), param(call, 'id')];
    if (!jobTypes.some((known) => known === type)) {
      throw new ApiFailure(400, `job type ${type} is none of ${jobTypes.join(', ')}`);
    }
    const job = call.organization.jobs.get(id);
    if (job?.type !== type || isForgotten(job, call.now)) throw notFound('job', id);
    return data(toJobResponse(job, call.now));
  },
};
