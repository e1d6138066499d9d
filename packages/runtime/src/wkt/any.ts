import type { MessageType } from '../codec/index.ts';
import type { Any, AnyInit } from '../google/protobuf/any.pb.ts';
import { typeNameOf } from './any-json.ts';

/** The prefix any.proto recommends where nothing serves types at a URL of its own. */
const DEFAULT_PREFIX = 'type.googleapis.com';

/**
 * Puts a message into an Any, as bytes beside the name of its type.
 * @param urlPrefix what stands before `/` and the type's name; default `type.googleapis.com`
 * @throws {EncodeError} for a message its schema does not allow
 * @example
 * const detail = anyPack(Order, { id: 7n });
 */
export function anyPack<M extends I, I>(
  type: MessageType<M, I>,
  message: I,
  urlPrefix: string = DEFAULT_PREFIX,
): Any {
  const prefix = urlPrefix.endsWith('/') ? urlPrefix : `${urlPrefix}/`;
  // A copy: what encode returns shares its buffer, which the Any would keep alive.
  return { typeUrl: prefix + type.typeName, value: type.encode(message).slice() };
}

/**
 * The message an Any holds.
 * @returns undefined for an Any that is empty or holds a message of another type
 * @throws {DecodeError} for bytes that are no such message
 * @example
 * const order = anyUnpack(event.detail, Order);
 * if (order !== undefined) ship(order);
 */
export function anyUnpack<M extends I, I>(any: AnyInit, type: MessageType<M, I>): M | undefined {
  return anyIs(any, type) ? type.decode(any.value ?? new Uint8Array()) : undefined;
}

/**
 * Reports whether an Any holds a message of this type, whatever the prefix of its type URL.
 * @param type a message type, or its full proto name, for example `user.v0.HelloRequest`
 * @example
 * if (anyIs(event.detail, Order)) count += 1;
 */
export function anyIs(any: AnyInit, type: { readonly typeName: string } | string): boolean {
  const name = typeof type === 'string' ? type : type.typeName;
  // The name of a type stands after a slash (any.proto).
  return (any.typeUrl ?? '').includes('/') && typeNameOf(any.typeUrl ?? '') === name;
}
