/** Links of the documentation lead somewhere, and its first page stays one that is read. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { anchorsOf, linksOf, readPages } from './pages';

const pages = readPages();

describe('the documentation', () => {
  it.each(pages)('$path links to files and headings that there are', (page) => {
    const missing = linksOf(page).filter(({ target, heading }) => {
      const path = target === '' ? page.path : normalize(join(dirname(page.path), target));
      if (!existsSync(path)) return true;
      const linked = pages.find((other) => other.path === path);
      return heading !== undefined && !(linked && anchorsOf(linked).includes(heading));
    });
    expect(missing).toEqual([]);
  });

  it('finds a link that leads nowhere', () => {
    const page = {
      path: 'docs/x.md',
      text: 'See [a](gone.md), [b](#here), `[c](code.md)`, [d](https://example.com).\n## Here',
    };
    expect(linksOf(page)).toEqual([{ target: 'gone.md' }, { target: '', heading: 'here' }]);
    expect(anchorsOf(page)).toEqual(['here']);
  });

  it('has every page of docs/ linked from the first one', () => {
    const readme = pages.find(({ path }) => path === 'README.md')!;
    const linked = linksOf(readme).map(({ target }) => target);
    const docs = pages.map(({ path }) => path).filter((path) => path.startsWith('docs/'));
    expect(docs.filter((path) => !linked.includes(path))).toEqual([]);
  });

  it('begins with a page of at most 190 lines and 12 KB', () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(readme.split('\n').length).toBeLessThanOrEqual(190);
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(12 * 1024);
  });
});
