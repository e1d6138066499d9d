/** Loaded before the server: Echo.Hello computes for 50 ms. */
import { EchoServer } from '@pipit/rpc/user/v0/echo';

const hello = Object.getOwnPropertyDescriptor(EchoServer.prototype, 'hello').value;
EchoServer.prototype.hello = function (...call) {
  const end = performance.now() + 50;
  while (performance.now() < end);
  return hello.apply(this, call);
};
