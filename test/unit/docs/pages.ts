/** The pages of the documentation, and what is in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A page by its path in the repository. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** Every page that people read: at the root, in docs/ and in examples/. */
export function readPages(): Page[] {
  const examples = readdirSync('examples', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const folders = ['.', 'docs', 'examples', ...examples.map(({ name }) => join('examples', name))];
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), 'utf8') })),
  );
}

/** A program in a page. */
export interface Listing {
  readonly page: string;
  /** As its first line names it (`// worker.ts`), else by its number. */
  readonly file: string;
  readonly code: string;
}

/** All blocks that are said to be TypeScript. */
export function listingsOf({ path, text }: Page): Listing[] {
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  return blocks.map((code, index) => ({
    page: path,
    file: /^\/\/ ([\w./-]+\.ts)\n/.exec(code)?.[1] ?? `listing-${index + 1}.ts`,
    code,
  }));
}

/** The places in the repository that a page links to, with the heading after `#`. */
export function linksOf({ text }: Page): { target: string; heading?: string }[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/i.test(link))
    .map((link) => {
      const [target = '', heading] = link.split('#');
      return heading === undefined ? { target } : { target, heading };
    });
}

/** The names by which headings of a page are linked, as GitHub makes them. */
export function anchorsOf({ text }: Page): string[] {
  const headings = [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title);
  return headings.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replace(/ /g, '-'),
  );
}
