import protobufjs from 'protobufjs';
import { join } from 'node:path';
import { root } from '../lib/paths.js';

/** The one call that every server answers: `user.v0.Echo/Hello` of rpc/user/v0/echo.proto. */
const request = { message: 'hello', age: 18, ids: [1, 2, 3] };

/** The answer of every server to it. */
const expected = { code: 0, msg: '', data: { message: 'Hello, hello!' } };

export const protoFile = join(root, 'rpc/user/v0/echo.proto');

let types;

/** The messages by protobufjs: the judge of protobuf answers, and the codec of peers that bring none. */
export function echoTypes() {
  types ??= protobufjs.loadSync(protoFile);
  return {
    HelloRequest: types.lookupType('user.v0.HelloRequest'),
    HelloResponse: types.lookupType('user.v0.HelloResponse'),
  };
}

/** How the call is sent in each format: Content-Type and body, the same bytes to every server. */
export const formats = {
  json: { type: 'application/json', body: () => Buffer.from(JSON.stringify(request)) },
  protobuf: {
    type: 'application/protobuf',
    body: () => Buffer.from(echoTypes().HelloRequest.encode(request).finish()),
  },
  form: {
    type: 'application/x-www-form-urlencoded',
    body: () => Buffer.from('message=hello&age=18&ids=1%2C2%2C3'),
  },
};

/**
 * Makes the call once. Fields with default values may be left out.
 * @param peer its `unwrap`, where it has one, takes the response out of what its protocol puts around it, and
 *   its `post` is used in place of HTTP/1.1
 * @throws {Error} for any other answer than the expected one
 */
export async function verify(peer, format, port) {
  const { type, body } = formats[format];
  const headers = { 'content-type': peer.contentType?.(format) ?? type, ...peer.headers };
  const post = peer.post ?? fetchPost;
  const answer = await post(`http://127.0.0.1:${port}${peer.path}`, headers, body());
  const received =
    answer.status === 200
      ? decoded(peer, format, answer.body)
      : { status: answer.status, body: answer.body.toString() };
  assertExpected(`${peer.id}, ${format}`, received);
}

/** @throws {Error} where `received` is not what the call is answered with */
export function assertExpected(who, received) {
  const complete = { ...expected, ...received };
  if (JSON.stringify(complete) !== JSON.stringify(expected)) {
    throw new Error(`${who}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(received)}`);
  }
}

async function fetchPost(url, headers, body) {
  const answer = await fetch(url, { method: 'POST', headers, body });
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
}

function decoded(peer, format, bytes) {
  if (format === 'protobuf') return echoTypes().HelloResponse.decode(bytes).toJSON();
  const answer = JSON.parse(bytes.toString());
  return peer.unwrap === undefined ? answer : peer.unwrap(answer);
}
