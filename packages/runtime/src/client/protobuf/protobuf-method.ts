import type { BinaryReader } from '../../codec/binary-reader.ts';
import type { BinaryWriter } from '../../codec/binary-writer.ts';
import type { CalledMethod } from '../client-options.ts';

/** One method as a generated `.protobuf.ts` file describes it: what it is called, and one direction of each message. */
export interface ProtobufMethod<Request, Response> extends CalledMethod {
  /** Full proto name, for example `user.v0.Echo`. */
  readonly service: string;
  readonly write: (request: Request, w: BinaryWriter) => void;
  readonly read: (r: BinaryReader, end: number) => Response;
  /** Of the message in an envelope. */
  readonly data?: (r: BinaryReader, end: number) => unknown;
}

/** The same for a method that answers with a stream of `Response`. */
export interface ProtobufStreamMethod<Request, Response> extends ProtobufMethod<Request, Response> {
  readonly stream: (...args: never) => AsyncIterable<unknown>;
}
