import type { CalledMethod } from './client-options.ts';
import type { Body } from './response-body.ts';

/** How a method's messages become bytes, and bytes its messages: all that differs from client to client. */
export interface MessageFormat {
  readonly contentType: string;
  /** True where `decode` takes text as well as bytes. */
  readonly isText: boolean;
  encode(request: unknown): string | Uint8Array<ArrayBuffer>;
  /** Decodes an answer; an error it throws makes the answer unreadable. */
  decode(body: Body, kind: CalledMethod['kind']): unknown;
}
