import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { concat } from '../../codec/bytes.ts';
import { mediaTypeOf } from '../../protocol/media-type.ts';
import { errorTrailers, okTrailers } from '../../protocol/grpc/status.ts';
import { frameHeadBytes, frameOf } from '../../protocol/frame.ts';
import { pathOf } from '../../rpc/request-path.ts';
import type { ServedService } from '../../rpc/service-type.ts';
import { findTwirpError, TwirpError } from '../../rpc/twirp-error.ts';
import { unimplemented } from '../../rpc/twirp-errors.ts';
import { textOf } from '../../rpc/text-of.ts';
import type { NodeRequest, NodeResponse } from '../../server/node/node-http-request.ts';
import { readQuestion, writeReply } from './messages.ts';
import { ProtoFiles } from './proto-files.ts';

const path = /^\/grpc\.reflection\.(?:v1|v1alpha)\.ServerReflection\/ServerReflectionInfo$/;
/** The largest question, in bytes. */
const largestQuestion = 64 * 1024;

type Listener = (request: NodeRequest, response: NodeResponse) => void;

/**
 * Puts gRPC's server reflection (`grpc.reflection.v1` and `v1alpha`) in front of a listener for `createServer`, so that
 * grpcurl, Postman and the like know the services without their protos. It tells everybody who can reach the server what
 * its services are: leave it out where they are not to know. Over HTTP/2 only, as gRPC is.
 * @param services those that are told of, as doors take them; their `.descriptor` files are loaded when somebody asks
 * @example
 * const services = [Echo.serve(new EchoServer())];
 * createServer(withReflection(createHandler({ services }), services)).listen(8080);
 */
export function withReflection(
  listener: (request: never, response: never) => void,
  services: readonly ServedService[],
): Listener {
  const inner = listener as Listener;
  let files: Promise<ProtoFiles> | undefined;
  const load = (): Promise<ProtoFiles> => {
    files ??= ProtoFiles.of(services.map(({ type }) => type));
    // A file that was not there may be there the next time.
    files.catch(() => (files = undefined));
    return files;
  };
  return (request, response) => {
    const isAsked = 'stream' in response && path.test(pathOf(request.url ?? '')) && isGrpc(request);
    if (isAsked) void answer(request as Http2ServerRequest, response, load);
    else inner(request, response);
  };
}

function isGrpc({ method, headers }: NodeRequest): boolean {
  const type = mediaTypeOf(headers['content-type'] ?? '');
  return method === 'POST' && (type === 'application/grpc' || type === 'application/grpc+proto');
}

/** Answers each question when it comes, for as long as the caller asks. */
async function answer(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  load: () => Promise<ProtoFiles>,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/grpc' });
  try {
    for await (const question of questionsOf(request)) {
      const files = await load();
      const asked = readQuestion(question);
      const reply = writeReply(asked.host, question, files.answer(asked));
      if (response.stream.destroyed) return;
      if (!response.write(frameOf(0, reply))) await drained(response);
    }
    response.addTrailers(okTrailers(undefined));
  } catch (thrown) {
    if (response.stream.destroyed) return;
    const error = findTwirpError(thrown) ?? new TwirpError('internal', textOf(thrown), { cause: thrown });
    response.addTrailers(errorTrailers(error, undefined));
  }
  response.end();
}

/** The messages of a call. @throws {TwirpError} for what is not one of gRPC's, or is too large */
async function* questionsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of body) {
    rest = rest.length === 0 ? chunk : concat([rest, chunk]);
    while (rest.length >= frameHeadBytes) {
      const size = new DataView(rest.buffer, rest.byteOffset).getUint32(1);
      if (rest[0] !== 0) throw unimplemented('questions to reflection may not be compressed');
      if (size > largestQuestion) {
        throw new TwirpError('resource_exhausted', `a question may have ${largestQuestion} bytes`);
      }
      if (rest.length < frameHeadBytes + size) break;
      yield rest.subarray(frameHeadBytes, frameHeadBytes + size);
      rest = rest.subarray(frameHeadBytes + size);
    }
  }
}

function drained(response: Http2ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}
