/** A report as one HTML page that needs no network: styles, scripts, uPlot and the data are inside. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Report } from './report-data';

/** The whole page. */
export function toHtml(report: Report): string {
  const title = `Polytomic syncs: ${report.workflows.map(({ workflowId }) => workflowId).join(', ')}`;
  const uPlot = dirname(require.resolve('uplot/package.json'));
  const style = `${readText(uPlot, 'dist/uPlot.min.css')}\n${readText(__dirname, 'page/page.css')}`;
  const script = `${readText(uPlot, 'dist/uPlot.iife.min.js')}\n${readText(__dirname, 'page/page.js')}`;
  const parts: Record<string, string> = {
    TITLE: `<title>${escapeHtml(title)}</title>`,
    STYLE: `<style>${style}</style>`,
    SCRIPTS: `<script type="application/json" id="data">${toInlineJson(report)}</script>\n<script>${script}</script>`,
  };
  // A function as the replacement: `$&` in a text of others would be taken for a pattern.
  const page = readText(__dirname, 'page/page.html');
  return page.replace(/<!-- part: ([A-Z]+) -->/g, (_whole, name: string) => parts[name] ?? '');
}

function readText(folder: string, file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** JSON inside a script element: neither its end nor a comment can come from a text of others. */
function toInlineJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter);
}
