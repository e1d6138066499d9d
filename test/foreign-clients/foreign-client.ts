import type { Text } from '../../packages/runtime/test/fixture/probe.twirp.ts';

/** A method of Probe or Feed by its path, for example `/pipit.test.v1.Probe/say`. */
export interface ForeignCall {
  /** Without a slash at the end, for example `http://127.0.0.1:1234`. */
  readonly origin: string;
  readonly path: string;
  readonly isStream: boolean;
  readonly text: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Cancels the call. */
  readonly signal?: AbortSignal;
}

/** What a call came to, as its client told it. */
export interface ForeignReply {
  readonly messages: readonly Pick<Text, 'text' | 'count'>[];
  /** gRPC's number; 0 is a call that went well. */
  readonly code: number;
  readonly message: string;
  /** Headers and trailers together, names in lower case: not every client tells them apart. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A client of somebody else. */
export interface ForeignClient {
  readonly name: string;
  readonly protocol: 'grpc-web' | 'grpc';
  call(call: ForeignCall): Promise<ForeignReply>;
}
