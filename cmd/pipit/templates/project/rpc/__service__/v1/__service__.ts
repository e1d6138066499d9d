import { BusinessError } from '@pipit/runtime';
import type { __Service__, HelloRequest, HelloResponseInit } from './__service__.twirp.ts';

/** Greets whoever sends a message. */
export class __Service__Server implements __Service__ {
  hello(request: HelloRequest): HelloResponseInit {
    if (request.message === '') throw new BusinessError(100, 'Say something');
    return { data: { message: `Hello, ${request.message}!` } };
  }
}
