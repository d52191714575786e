/**
 * The page of a report in a real browser: `npm run test:browser`. Needs a Chromium (Debian: `apt install chromium`), or
 * `CHROMIUM_PATH`. Screenshots are left in the folder named by the first argument.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { toHtml } from '../../src/cli/report/html';
import { toReport, type Report } from '../../src/cli/report/report-data';
import { nightFacts, hostileName, type Night } from './report-sample';

const maxFirstPaintMs = 2_000;
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'report-'));
mkdirSync(folder, { recursive: true });

function reportOf(...nights: Night[]): Report {
  const uiUrlOf = (workflowId: string): string => `http://127.0.0.1:8233/${workflowId}`;
  return toReport({ facts: nights.map(nightFacts), uiUrlOf, now: new Date('2026-11-26T12:00:00Z') });
}

interface Opened {
  page: Page;
  /** Errors of the console and requests that left the page. */
  problems: string[];
}

async function open(browser: Browser, name: string, report: Report, colorScheme: 'light' | 'dark'): Promise<Opened> {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, toHtml(report));
  const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
  const problems: string[] = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('request', (request) => !/^(file|data):/.test(request.url()) && problems.push(`request ${request.url()}`));
  await page.goto(pathToFileURL(file).href);
  await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  return { page, problems };
}

const firstCell = (page: Page): Promise<string | null> =>
  page.locator('#syncs tbody tr:first-child td:first-child').textContent();

async function checkUse({ page, problems }: Opened): Promise<void> {
  assert.equal(await page.title(), 'Polytomic syncs: nightly-1, nightly-2', 'a name of others took the page');
  assert.ok(await page.getByRole('button', { name: hostileName }).count(), 'the hostile name is shown as text');

  await page.getByRole('button', { name: /^Took/ }).click();
  const took = async (): Promise<string[]> => page.locator('#syncs tbody tr td:nth-child(6)').allTextContents();
  const seconds = (text: string): number =>
    [...text.matchAll(/(\d+)([hms])/g)].reduce(
      (sum, [, value, unit]) => sum + Number(value) * { h: 3600, m: 60, s: 1 }[unit as 'h'],
      0,
    );
  const descending = (await took()).map(seconds);
  assert.deepEqual(
    descending,
    descending.toSorted((a, b) => b - a),
    'sorted by time, longest first',
  );
  await page.getByRole('button', { name: /^Took/ }).click();
  const ascending = (await took()).map(seconds);
  assert.deepEqual(
    ascending,
    ascending.toSorted((a, b) => a - b),
    'a second click turns the order',
  );
  assert.equal(await page.locator('th[data-column=duration]').getAttribute('aria-sort'), 'ascending');

  await page.getByLabel('Outcome').selectOption('bad');
  const outcomes = await page.locator('#syncs .outcome').allTextContents();
  assert.ok(outcomes.length > 0 && outcomes.every((outcome) => outcome === 'failed'), 'filtered by outcome');
  await page.getByLabel('Search').fill('Sync 7');
  assert.match((await page.locator('#shown').textContent()) ?? '', /^2 of 100 syncs$/);

  // With the keyboard alone: to the first sync, open it, to the next one.
  await page.getByLabel('Kind').focus();
  const focused = (): Promise<string | null> =>
    page.evaluate<string | null>('document.activeElement?.textContent ?? null');
  for (let tabs = 0; (await focused()) !== 'Sync 7' && tabs < 40; tabs += 1) await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Sync 7', 'the keyboard reaches a sync');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('tr.details').count(), 1, 'Enter opens it');
  assert.match(
    (await page.locator('tr.details').textContent()) ?? '',
    /connection refused by the source.*public\.users/,
  );
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(), 'Sync 7', 'the arrow leads to the same sync of the other night');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('tr.details').count(), 0, 'Enter closes it again');

  await page.getByLabel('Search').fill('');
  await page.getByLabel('Outcome').selectOption('');
  await page.getByLabel('Search').fill('Sync 3');
  await page.getByRole('button', { name: 'Sync 3', exact: true }).first().click();
  assert.equal(
    await page.locator('tr.details a', { hasText: 'Open in Polytomic' }).count(),
    0,
    'no link but to the web',
  );
  await page.getByLabel('Search').fill('');

  const slowest = await page.locator('#compared tbody tr:first-child').textContent();
  assert.match(slowest ?? '', /×2\.00/, 'nights stand side by side, with the change');
  await page.locator('#timeline').scrollIntoViewIfNeeded();
  const box = await page.locator('#timeline .u-over').boundingBox();
  assert.ok(box, 'the timeline is drawn');
  await page.mouse.move(box.x + 40, box.y + 40);
  assert.notEqual(await page.locator('#pointed').textContent(), '', 'the pointer says what it points at');
  assert.deepEqual(problems, []);
}

async function checkAccessible({ page }: Opened, what: string): Promise<void> {
  // The page's own policy forbids other scripts; the tool is none of the page's.
  await page.evaluate(readFileSync(require.resolve('axe-core'), 'utf8'));
  const violations = await page.evaluate<string[]>(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0]?.html))",
  );
  assert.deepEqual(violations, [], `accessible (${what})`);
}

async function main(): Promise<void> {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  assert.ok(existsSync(executablePath), `${executablePath} is not there; set CHROMIUM_PATH`);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const nights = [
      { workflowId: 'nightly-1', syncs: 50, startedAt: '2026-11-24T02:00:00.000Z' },
      { workflowId: 'nightly-2', syncs: 50, startedAt: '2026-11-25T02:00:00.000Z', slowdown: 2 },
    ];
    const light = await open(browser, 'two-nights', reportOf(...nights), 'light');
    await checkAccessible(light, 'light');
    await checkUse(light);
    const dark = await open(browser, 'two-nights', reportOf(...nights), 'dark');
    await checkAccessible(dark, 'dark');
    const pdf = await dark.page.pdf({ path: join(folder, 'two-nights.pdf') });
    assert.ok(pdf.length > 20_000, 'it prints');

    const large = await open(
      browser,
      'large',
      reportOf({ workflowId: 'large', syncs: 10_000, startedAt: '2026-11-25T02:00:00.000Z' }),
      'dark',
    );
    const paintMs = await large.page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
    );
    assert.ok(paintMs < maxFirstPaintMs, `first paint of 10,000 syncs after ${Math.round(paintMs)} ms`);
    assert.match((await large.page.locator('#shown').textContent()) ?? '', /^10,000 of 10,000 syncs$/);
    await large.page.getByRole('button', { name: /^Records/ }).click();
    await large.page.getByLabel('Search').fill('Sync 999');
    assert.match((await large.page.locator('#shown').textContent()) ?? '', /^11 of 10,000 syncs$/);
    assert.notEqual(await firstCell(large.page), null);
    await checkAccessible(large, '10,000 syncs');
    assert.deepEqual(large.problems, []);
    console.log(
      `The page of a report: all checks passed; first paint of 10,000 syncs after ${Math.round(paintMs)} ms; screenshots in ${folder}`,
    );
  } finally {
    await browser.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
