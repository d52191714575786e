/** A refusal: thrown by any part of the emulator, turned into the API's error body at the one place that answers. */
import type { ApiVersion } from './versions';

/** What the API answers instead of data. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';

  /**
   * @param status the HTTP status of the answer.
   * @param message told to the caller; names the field or the resource.
   * @param metadata what else the caller may want to know, such as what uses a connection.
   */
  constructor(
    readonly status: number,
    message: string,
    readonly metadata: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  /**
   * The body of the answer. Only a 401 has another shape up to 2024-02-08: there it carries `error` and a textual
   * `status`, where every other error carries `message` and a numeric one.
   */
  toBody(version: ApiVersion): Record<string, unknown> {
    if (this.status === 401 && version !== '2025-09-18') {
      return { code: this.status, context: {}, error: this.message, status: 'Unauthorized' };
    }
    return { key: `emulator_${this.status}`, message: this.message, metadata: this.metadata, status: this.status };
  }
}

/** 404 of a thing that is missing, or that lies outside the caller's organization. */
export const notFound = (what: string, id: string): ApiFailure => new ApiFailure(404, `${what} ${id} not found`);
