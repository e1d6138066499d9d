import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { Readable } from 'node:stream';
import type { HttpResponse } from '../protocol/http-response.ts';

/** A body in chunks as a stream, one chunk ahead of whoever reads it, which puts the trailers behind itself. */
export function chunkStream(
  to: ServerResponse | Http2ServerResponse,
  chunks: AsyncIterable<Uint8Array>,
  trailers: HttpResponse['trailers'],
): Readable {
  return Readable.from(trailers === undefined ? chunks : withTrailers(to, chunks, trailers));
}

async function* withTrailers(
  to: ServerResponse | Http2ServerResponse,
  chunks: AsyncIterable<Uint8Array>,
  trailers: NonNullable<HttpResponse['trailers']>,
): AsyncGenerator<Uint8Array> {
  yield* chunks;
  to.addTrailers(trailers());
}
