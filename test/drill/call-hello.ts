import { request, type Agent, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a call of Echo.Hello came to. */
export interface HelloAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Calls Hello of a service. Rejects where the connection breaks. */
export function callHello(agent: Agent, port: number, service = 'user.v0.Echo'): Promise<HelloAnswer> {
  return new Promise((resolve, reject) => {
    const body = 'message=hi';
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': body.length,
    };
    const path = `/api/${service}/Hello`;
    request({ agent, port, host: '127.0.0.1', path, method: 'POST', headers }, (response) => {
      const { statusCode: status = 0, headers } = response;
      text(response).then(() => resolve({ status, headers }), reject);
    })
      .on('error', reject)
      .end(body);
  });
}
