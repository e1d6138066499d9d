import { z } from 'zod';
import { about } from './about.ts';

/** The setting of where the docs page is. */
export const docs: z.ZodOptional<z.ZodString> = z
  .string()
  .regex(/^\/?[\w.~-]+(?:\/[\w.~-]+)*\/?$/)
  .optional()
  .register(about, {
    text: 'Path of the docs page, with openapi.json below it, off for none',
    wrong: 'is not a path for the docs page: write it like /docs, or off for none',
    unset: '/docs, off with NODE_ENV=production',
  });

/** The path of the page, like `/docs`; undefined where there is none. */
export function docsPathOf(setting: string | undefined): string | undefined {
  if (setting === undefined) return process.env['NODE_ENV'] === 'production' ? undefined : '/docs';
  return setting === 'off' ? undefined : `/${setting.replaceAll(/^\/|\/$/g, '')}`;
}
