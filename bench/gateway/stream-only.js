/**
 * Child process: `stream-only.js <port> <services port>` brings calls to a connected service by node:http and the gateway's own
 * stream and messages, with no rules around them: no keys, deadlines, balance or limits. It says what the rules cost. It is
 * not the least a gateway could cost: the messages and HTTP/2 are in it.
 */
import { createServer } from 'node:http';
import { createRegistryServer } from '@pipit/gateway';
import { ConnectionMessage } from '../../packages/gateway/dist/protocol/registry.pb.js';

const [port, servicesPort] = process.argv.slice(2).map(Number);
const connected = 0;
const overHttp = 1;
const waiting = new Map();
let service;
let last = 0;

const services = createRegistryServer({
  onStream(stream) {
    const send = (messageType) => stream.write(ConnectionMessage.encode({ messageType }));
    stream.events = {
      message(bytes) {
        const { messageType } = ConnectionMessage.decode(bytes, { shareBytes: true });
        if (messageType.case === 'register') {
          const { connectionId } = messageType.value;
          const capabilities = ['http', 'chunks', 'window'];
          service = send;
          send({
            case: 'status',
            value: { connectionId, status: connected, protocolRevision: 1, capabilities },
          });
        } else if (messageType.case === 'heartbeat') {
          stream.write(bytes);
        } else if (messageType.case === 'response') {
          const { requestId, headers, payload } = messageType.value;
          const response = waiting.get(requestId);
          waiting.delete(requestId);
          response.writeHead(200, {
            'content-type': headers['content-type'],
            'content-length': payload.length,
            'x-trace-id': headers['x-trace-id'],
          });
          const { buffer, byteOffset, length } = payload;
          response.end(Buffer.from(buffer, byteOffset, length).toString('latin1'), 'latin1');
        }
      },
      drain() {},
      ended: () => stream.end(),
      closed() {},
    };
  },
});
await services.listen(servicesPort, '127.0.0.1');

const callers = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { url, headers } = request;
    const requestId = String(++last).padStart(22, '0');
    waiting.set(requestId, response);
    const value = {
      requestId,
      methodPath: url,
      headers: { 'content-type': headers['content-type'] },
      payload: chunks.length === 1 ? chunks[0] : Buffer.concat(chunks),
      payloadFormat: overHttp,
      verb: 'POST',
      target: url,
      prefix: '/api',
    };
    service({ case: 'request', value });
  });
});
callers.listen(port, '127.0.0.1', () => console.log('ready'));
