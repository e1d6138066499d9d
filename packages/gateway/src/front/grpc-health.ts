import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { grpcCode } from '../stream/grpc-status.ts';
import type { Front } from './front-options.ts';
import { writeGrpcAnswer } from './grpc-answer.ts';

/** grpc.health.v1.Health, of which the gateway answers Check. */
const path = '/grpc.health.v1.Health/';

/** `HealthCheckResponse.status`, field 1. */
const serving = Uint8Array.of(8, 1);
const notServing = Uint8Array.of(8, 2);

export function isHealthPath(target: string): boolean {
  return target.startsWith(path);
}

/** Answers for one service by name; for `''` the gateway itself. */
export function answerHealth(
  { gateway }: Front,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  message: Uint8Array,
): void {
  if (request.url !== `${path}Check`) {
    const text = 'the gateway answers Check only: ask again from time to time';
    writeGrpcAnswer(response, { code: grpcCode.unimplemented, message: text }, undefined);
    return;
  }
  const name = serviceOf(message);
  const health = gateway.serviceHealth(name);
  if (health === 'unknown') {
    const text = `no service has ever registered as ${name}`;
    writeGrpcAnswer(response, { code: grpcCode.notFound, message: text }, undefined);
  } else {
    const answer = health === 'serving' ? serving : notServing;
    writeGrpcAnswer(response, { code: grpcCode.ok, message: '' }, answer);
  }
}

/** `HealthCheckRequest.service`, field 1; names are shorter than 128 bytes or unknown. */
function serviceOf(message: Uint8Array): string {
  if (message[0] !== 10) return '';
  return Buffer.from(message).toString('utf8', 2, 2 + (message[1] ?? 0));
}
