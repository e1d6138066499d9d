// Plain calls of callers over HTTP/1.1, which the gateway's program reads below node:http. That answers are the same is what
// the other tests of the front and the wire cases show: they have the lane, too.
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { modern, nextRequest, socketTo, startFront, until } from './rig.ts';

const call = (id: string): string =>
  `POST /api/pkg.Service/Do HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Call: ${id}\r\nContent-Length: 2\r\n\r\n{}`;
const ok = { statusCode: 200, headers: { 'content-type': 'application/json' } };

test('plain calls are read below node:http, and a call that is not plain takes its connection there', async () => {
  const { port, connect, server } = await startFront();
  const onRequest = vi.fn<() => void>();
  server.on('request', onRequest);
  await connect(modern, () => ({ ...ok, payload: Buffer.from('{"a":1}') }));
  const socket = socketTo(port);
  socket.write(call('one') + call('two'));
  let answers = '';
  socket.setEncoding('latin1').on('data', (piece: string) => (answers += piece));
  await expect.poll(() => answers.split('{"a":1}').length).toBe(3);
  expect(onRequest).not.toHaveBeenCalled();
  socket.write(call('three').replace('Do HTTP', 'Do?x=1 HTTP'));
  await expect.poll(() => answers.split('{"a":1}').length).toBe(4);
  expect(onRequest).toHaveBeenCalledTimes(1);
});

test('pages of other origins are told what they may by node:http', async () => {
  const { port, connect, server } = await startFront({ cors: { origins: ['https://page.example'] } });
  const onRequest = vi.fn<() => void>();
  server.on('request', onRequest);
  await connect(modern, () => ({ ...ok, payload: Buffer.from('{}') }));
  const socket = socketTo(port);
  socket.write(call('one').replace('\r\nX-Call', '\r\nOrigin: https://page.example\r\nX-Call'));
  expect(String(await once(socket, 'data'))).toContain('access-control-allow-origin: https://page.example');
  expect(onRequest).toHaveBeenCalledTimes(1);
});

test('a stream goes out as it comes, an empty piece does not end it, and the next call waits for its end', async () => {
  const { port, connect } = await startFront();
  const capabilities = [...(modern.capabilities ?? []), 'streams'];
  const service = await connect({ ...modern, capabilities });
  const socket = socketTo(port);
  let answers = '';
  socket.setEncoding('latin1').on('data', (piece: string) => (answers += piece));
  const asked = nextRequest(service);
  socket.write(call('stream') + call('next'));
  const { requestId } = await asked;
  const seen: string[] = [];
  service.onRequest = ({ headers, requestId: id }) => {
    seen.push(String(headers['x-call']));
    service.respond({ ...ok, requestId: id, payload: Buffer.from('{"next":1}') });
  };
  const piece = (index: number, text: string, isFinalChunk = false): void => {
    const responseStreamInfo = { isStreamed: true, chunkIndex: index, isFinalChunk };
    service.respond({ ...ok, requestId, payload: Buffer.from(text), responseStreamInfo });
  };
  piece(0, '');
  piece(1, 'first\n');
  const sent = (): string => answers.slice(answers.indexOf('\r\n\r\n') + 4);
  await expect.poll(sent).toBe('6\r\nfirst\n\r\n');
  expect(answers).toContain('transfer-encoding: chunked');
  expect(seen).toEqual([]);
  piece(2, 'last\n', true);
  await expect.poll(() => answers).toMatch(/5\r\nlast\n\r\n0\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*\{"next":1\}$/);
  expect(seen).toEqual(['next']);
});

test('a caller that leaves in the middle of an answer ends the request at the service', async () => {
  const { port, connect } = await startFront();
  const service = await connect({ ...modern, capabilities: [...(modern.capabilities ?? []), 'streams'] });
  const asked = nextRequest(service);
  const socket = socketTo(port);
  socket.write(call('one'));
  const { requestId } = await asked;
  const responseStreamInfo = { isStreamed: true, chunkIndex: 0, isFinalChunk: false };
  service.respond({ ...ok, requestId, payload: Buffer.from('x'), responseStreamInfo });
  await once(socket, 'data');
  socket.destroy();
  await until(() => service.all('cancel').length > 0);
  expect(service.all('cancel')).toMatchObject([{ requestId }]);
});
