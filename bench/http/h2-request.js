import { once } from 'node:events';
import { connect } from 'node:http2';

/** One POST over HTTP/2 in plaintext: its status, headers with the trailers, and body. */
export async function h2Post(url, headers, body) {
  const { origin, pathname } = new URL(url);
  const session = connect(origin);
  try {
    const stream = session.request({ ':method': 'POST', ':path': pathname, ...headers });
    stream.end(body);
    let trailers;
    stream.on('trailers', (fields) => (trailers = fields));
    const [fields] = await once(stream, 'response');
    const bytes = Buffer.concat(await stream.toArray());
    return { status: fields[':status'], headers: { ...fields, ...trailers }, body: bytes };
  } finally {
    session.close();
  }
}
