import { z } from 'zod';
import { about, switchAbout } from './about.ts';

/** Which pages of other origins may call. */
export const corsSettings = z.strictObject({
  origins: z.array(z.string().refine(isOrigin)).default([]).register(about, {
    text: 'Origins whose pages may call, exactly as browsers send them',
    wrong:
      'is not a list of origins: write them like https://example.com,http://localhost:3000, without a path',
  }),
  credentials: z
    .boolean()
    .default(false)
    .register(about, switchAbout('Let these pages send cookies and authorization')),
  maxAge: z.int().min(0).default(600).register(about, {
    text: 'How long a browser may remember a preflight, in seconds',
    wrong: 'is not a valid time: set it to a whole number of seconds',
  }),
});

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value;
}
