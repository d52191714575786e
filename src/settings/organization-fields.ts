/** What options and a config file say of an organization alike. */
import { z } from 'zod';
import { maxPathLength, text } from '../inputs/fields';
import { lazy } from '../inputs/lazy';

/** Fields whose value is the same in both. */
export const plainOrganizationFields = lazy(() => ({
  url: text(maxPathLength).optional(),
  apiKeyFile: text(maxPathLength).optional(),
  organizationId: text(maxPathLength).optional(),
  apiVersion: text().optional(),
  operations: z.union([z.string(), z.array(z.string())], { error: 'a string or a list of strings' }).optional(),
  requestsPerMinute: z.number().min(1, 'a number, 1 or more').optional(),
  operationsPerMinute: z.number().min(1, 'a number, 1 or more').optional(),
  caFile: text(maxPathLength).optional(),
  clientCertFile: text(maxPathLength).optional(),
  clientKeyFile: text(maxPathLength).optional(),
  secretEnv: z.array(text()).optional(),
  secretsDir: text(maxPathLength).optional(),
}));
