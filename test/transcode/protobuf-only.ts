import { ConnectionMessage } from '../../packages/gateway/src/protocol/registry.pb.ts';
import type {
  MessageStream,
  MessageStreamEvents,
} from '../../packages/gateway/src/protocol/message-stream.ts';

/** The stream of a peer that registers without being able to take HTTP. */
export function protobufOnly(stream: MessageStream): MessageStream {
  const set = (events: MessageStreamEvents): void => {
    stream.events = { ...events, message: (bytes) => events.message(withoutHttp(bytes)) };
  };
  return new Proxy(stream, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set(target, key, value) {
      if (key !== 'events') return Reflect.set(target, key, value, target);
      set(value as MessageStreamEvents);
      return true;
    },
  });
}

function withoutHttp(bytes: Uint8Array): Uint8Array {
  const { messageType } = ConnectionMessage.decode(bytes);
  if (messageType?.case !== 'register') return bytes;
  const { value } = messageType;
  const capabilities = value.capabilities.filter((name) => name !== 'http');
  return ConnectionMessage.encode({ messageType: { case: 'register', value: { ...value, capabilities } } });
}
