/** Puts messages and stack traces of failures into payloads, which the codec encrypts; they would stay in clear otherwise. */
import { DefaultFailureConverter } from '@temporalio/common';

export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
