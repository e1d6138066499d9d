import { once } from 'node:events';
import {
  connect,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { buffer } from 'node:stream/consumers';
import { listen, type DoorName } from '../../interop/listen.ts';
import type { Call } from '../call.ts';
import type { Case } from '../case.ts';
import { gathered, type DoorKind, type WireAnswer } from './door.ts';

/** The same server over HTTP/2 with prior knowledge, all calls on one connection. */
export function http2Door(server: DoorName): DoorKind {
  return {
    name: `${server}, HTTP/2`,
    behindGateway: server.startsWith('gateway'),
    async open(options) {
      const listening = await listen(server, options, 0);
      const session = connect(listening.origin);
      await once(session, 'connect');
      return {
        send: (call) => send(session, call),
        async close() {
          session.destroy();
          await listening.close();
        },
      };
    },
    leavesOut,
  };
}

function leavesOut(wanted: Case): string | undefined {
  const { path, headers = {}, bodyIsRawChunked, httpVersion, halfCloseAfterBody, waitFor100 } = wanted;
  if (bodyIsRawChunked) return 'HTTP/2 has no chunks';
  if (!path.startsWith('/')) return 'HTTP/2 has no absolute form';
  if (httpVersion !== undefined) return 'it is about an older HTTP';
  if (halfCloseAfterBody) return 'every HTTP/2 request ends its half of the stream';
  if (waitFor100) return 'Node answers it by itself';
  if (Object.values(headers).some((value) => String(value).trim() !== value)) {
    return 'HTTP/2 allows no space around a value';
  }
  return undefined;
}

async function send(session: ClientHttp2Session, { verb, target, headers, body }: Call): Promise<WireAnswer> {
  const fields: OutgoingHttpHeaders = { ':method': verb, ':path': target };
  for (const [name, values] of gathered(headers)) fields[name] = values.length === 1 ? values[0] : values;
  if (body.length > 0) fields['content-length'] = body.length;
  const stream = session.request(fields, { endStream: body.length === 0 });
  if (body.length > 0) stream.end(body);
  const [answered] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  const pairs = Object.entries(answered).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, String(one)]),
  );
  return { status: Number(answered[':status']), headers: gathered(pairs), body: await buffer(stream) };
}
