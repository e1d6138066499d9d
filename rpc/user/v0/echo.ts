import { BusinessError, invalidArgument } from '@pipit/runtime';
import type { Echo, HelloRequest, HelloResponseInit } from './echo.twirp.ts';

/** Greets whoever sends a message. */
export class EchoServer implements Echo {
  hello(request: HelloRequest): HelloResponseInit {
    if (request.age < 0) throw invalidArgument('age', 'must be >= 0');
    if (request.message === '') throw new BusinessError(100, 'Say something');
    return { data: { message: `Hello, ${request.message}!` } };
  }
}
