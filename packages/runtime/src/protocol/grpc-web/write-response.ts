import { concat } from '../../codec/bytes.ts';
import type { CallContext } from '../../rpc/call-context.ts';
import { base64, latin1 } from '../bytes.ts';
import { frameOf, trailersFlag } from '../frame.ts';
import type { GrpcInvocation } from '../grpc/read-request.ts';
import { okTrailers, type Trailers } from '../grpc/status.ts';
import { writeFrame } from '../grpc/write-response.ts';
import { httpResponse, laterBody, type HttpResponse } from '../http-response.ts';
import { isTextType } from './content-type.ts';

export function writeResponse(call: CallContext, invocation: GrpcInvocation, message: object): HttpResponse {
  const { type } = invocation;
  const frame = writeFrame(call, invocation, message);
  const end = trailersFrame(okTrailers(call.trailersSet));
  const whole = (message: Uint8Array): Uint8Array => bodyOf(type, concat([message, end]));
  const body = frame instanceof Uint8Array ? whole(frame) : laterBody(call, frame.then(whole));
  return httpResponse(call, 200, type, body);
}

/** The trailers as the last frame of a body. */
export function trailersFrame(trailers: Trailers): Uint8Array {
  const lines = Object.entries(trailers).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}: ${value}\r\n`),
  );
  return frameOf(trailersFlag, latin1(lines.join('')));
}

/** A body as its media type has it. */
export function bodyOf(type: string, body: Uint8Array): Uint8Array {
  return isTextType(type) ? base64(body) : body;
}
