import type { ServedService } from '@pipit/runtime';
import { __Service__Server } from '../../rpc/__service__/v1/__service__.ts';
import { __Service__ } from '../../rpc/__service__/v1/__service__.twirp.ts';

/** Everything this server serves. `pipit rpc` adds to it. */
export function services(): ServedService[] {
  return [
    __Service__.serve(new __Service__Server()),
    // One a line and sorted, so that branches merge.
  ];
}

/** Reports whether a service is for the house only: its package ends in `.v0`. */
export function isInternal({ type }: ServedService): boolean {
  return /(?:^|\.)v0\.[^.]+$/.test(type.typeName);
}
