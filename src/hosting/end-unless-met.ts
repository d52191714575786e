/** Imported first by each program: what follows it may be missing. */
import { endUnlessMet } from './requirements';

endUnlessMet();
