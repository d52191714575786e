/** Who learns that a connection needs its owner's consent. */
import { expect, it } from '@jest/globals';
import type { PreparedProvision } from '../../../src/contracts/provision-activities';
import { reportConsent } from '../../../src/workflows/provision/report-consent';

it('targets that are activities learn that a connection needs consent, without the link', () => {
  const notify = [
    { name: 'chat', activity: null },
    { name: 'pager', activity: 'page' },
  ];
  const reports: unknown[] = [];
  const report = (to: Pick<PreparedProvision, 'notify'>, about: object): Promise<void> => {
    reports.push({ notify: to.notify, ...about });
    return Promise.resolve();
  };
  const prepared = { organization: 'default', set: 's', notify } as unknown as PreparedProvision;
  reportConsent(prepared, [{ address: 'connections.hub', name: 'Hub' }], report);
  expect(reports).toEqual([
    {
      notify: [{ name: 'pager', activity: 'page' }],
      event: 'needsConsent',
      text: 'The connection "Hub" needs the consent of its owner; the link goes to targets with a URL alone',
      addresses: ['connections.hub'],
    },
  ]);
  reportConsent({ ...prepared, notify: notify.slice(0, 1) }, [{ address: 'connections.hub', name: 'Hub' }], report);
  expect(reports).toHaveLength(1);
});
