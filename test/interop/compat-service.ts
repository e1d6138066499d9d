import type { ServedService } from '@pipit/runtime';
import { CompatService } from '../gen/twirp/clientcompat/clientcompat.twirp.ts';

/** What Twirp's client suite calls where it expects an answer: "value" is 1, anything else 0. */
export const servedCompat: ServedService = CompatService.serve({
  method: ({ v }) => ({ v: v === 'value' ? 1 : 0 }),
  noopMethod: () => ({}),
});
