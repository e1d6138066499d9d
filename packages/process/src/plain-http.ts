import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { TwirpError } from '@pipit/runtime';
import { closingAnswer } from './closing-answer.ts';

const speaksTls = new TwirpError('malformed', 'this port speaks TLS: call it with https://');

/** Answers 400 to who speaks plain HTTP to a TLS server, where Node would only hang up. */
export function answerPlainHttp(server: Server): void {
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    if (error.code !== 'ERR_SSL_HTTP_REQUEST') return;
    // The socket below, on which nothing has been written; Node has no other name for it.
    const { _parent: plain } = socket as TLSSocket & { readonly _parent?: Socket };
    if (plain?.writable === true) plain.end(closingAnswer('400 Bad Request', speaksTls));
  });
}
