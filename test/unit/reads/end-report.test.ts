/** How a reported end stays in mind until a read confirms it. */
import { describe, expect, it } from '@jest/globals';
import { EndReport } from '../../../src/executions/reads/end-report';

/** Times of the reads that follow a report at 0 which no read ever confirms. */
function unconfirmed(report: EndReport): number[] {
  const times: number[] = [];
  while (report.confirmAt < Infinity && times.length < 100) {
    const now = report.confirmAt;
    report.recordAttempt(now);
    times.push(now);
    report.recordUnconfirmed(now);
  }
  return times;
}

describe('a reported end', () => {
  it('is read at once, and twice on top of the budget', () => {
    const report = new EndReport();
    expect([report.isOpen, report.urgentAt, report.confirmAt]).toEqual([false, Infinity, Infinity]);
    report.open(0, -1_000);
    expect([report.isOpen, report.urgentAt, report.confirmAt]).toEqual([true, 0, 0]);
    report.recordAttempt(0);
    expect([report.isOpen, report.urgentAt]).toEqual([true, 21_000]);
    report.recordAttempt(10_000);
    report.recordUnconfirmed(20_000);
    expect([report.urgentAt, report.confirmAt]).toEqual([21_000, 21_000]);
    report.recordAttempt(21_000);
    expect([report.isOpen, report.urgentAt]).toEqual([true, Infinity]);
  });

  it('is read within half of the lag again, and given up once that is as rare as a safety read', () => {
    const report = new EndReport();
    report.open(0, 0);
    const times = unconfirmed(report);
    for (const lag of [2_000, 20_000, 120_000]) {
      const seen = times.find((time) => time >= lag)!;
      expect(seen - lag).toBeLessThanOrEqual(Math.max(1_000, lag / 2));
    }
    expect(times.length).toBeLessThan(25);
    expect(times.at(-1)).toBeGreaterThan(1_200_000 / 2);
    expect([report.isOpen, report.confirmAt]).toEqual([false, Infinity]);
  });

  it('that was wrong is read within the budget when it is told again', () => {
    const report = new EndReport();
    report.open(0, 0);
    unconfirmed(report);
    report.open(5_000_000, 4_000_000);
    expect([report.isOpen, report.urgentAt, report.confirmAt]).toEqual([true, Infinity, 5_000_000]);
  });

  it('that comes while a read is under way is read again at once when that did not show it', () => {
    const report = new EndReport();
    report.recordAttempt(0);
    report.open(500, 0);
    report.recordUnconfirmed(1_000);
    expect([report.isOpen, report.urgentAt, report.confirmAt]).toEqual([true, 500, 500]);
  });

  it('that is repeated waits the longer the more reads did not show it', () => {
    const report = new EndReport();
    report.open(0, 0);
    report.recordAttempt(0);
    report.recordAttempt(0);
    report.confirmAt = Infinity;
    report.open(100, 100);
    expect(report.confirmAt).toBe(4_100);
  });
});
