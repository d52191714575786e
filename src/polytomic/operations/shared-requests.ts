/** Parts that requests of several resources have in common. */
import { z } from 'zod';
import { shape } from '../shapes';

/** Switches a sync on or off. */
export const Activate = shape(() => z.strictObject({ active: z.boolean() }));

/** A page of console logs. */
export const ConsoleLogQuery = shape(() => z.strictObject({ limit: z.int().optional(), after: z.string().optional() }));

/** Free configuration, whose fields depend on the connection's type. */
export const Configuration = shape(() => z.record(z.string(), z.unknown()));
