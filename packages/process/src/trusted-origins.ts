import { TrustedOrigins } from '@pipit/runtime/door';
import { z } from 'zod';
import { about } from './about.ts';

/** The origins whose pages may send forms. */
export const trustedOrigins = z.array(z.string().refine(isTrustable)).default([]).register(about, {
  text: 'Origins whose pages may send forms, beside those of cors.origins and of the host itself',
  wrong:
    'is not a list of origins: write them like https://app.example.com,*.example.com,capacitor://localhost,null',
});

function isTrustable(value: string): boolean {
  try {
    void new TrustedOrigins([value]);
    return true;
  } catch {
    return false;
  }
}
