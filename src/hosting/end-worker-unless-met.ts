/** Imported first by the worker: what follows it may be missing, the logger included. */
import { endUnlessMet } from './requirements';
import { wantsJson } from './wants-json';

endUnlessMet((message) =>
  console.error(
    wantsJson(process.env) ? JSON.stringify({ time: new Date().toISOString(), level: 'error', message }) : message,
  ),
);
