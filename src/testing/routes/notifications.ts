/** Who is told of every failing sync of the organization. The answers have no envelope. */
import { ApiFailure } from '../http/api-failure';
import type { Answer, ApiRequest, Handlers } from '../http/api-request';

/** Handlers of `notifications.*`. */
export const notificationRoutes: Handlers = {
  'notifications.getGlobalErrorSubscribers': (call) => subscribers(call),
  'notifications.setGlobalErrorSubscribers': (call) => {
    const emails = (call.body.emails ?? []) as string[];
    const wrong = emails.findIndex((email) => !/^[^\s@]+@[^\s@]+$/.test(email));
    if (wrong >= 0) throw new ApiFailure(400, `body.emails[${wrong}]: expected an e-mail address`);
    call.organization.account.errorSubscribers = emails;
    return subscribers(call);
  },
};

const subscribers = ({ organization }: ApiRequest): Answer => ({
  body: { emails: organization.account.errorSubscribers },
});
