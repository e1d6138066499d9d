import assert from 'node:assert/strict';
import { handler, listed, unsaid } from './handler.js';
import { Hats } from './rpc/hats.twirp.js';
import { checkCalls } from './shared/calls.js';

/** The API gateway of AWS, with `*\/*` among its binary media types, as HTTP APIs and function URLs always have. */
const apiGateway = (lambda) => async (input, init) => {
  const request = new Request(input, init);
  const { pathname, search, searchParams } = new URL(request.url);
  const answer = await lambda(
    {
      version: '2.0',
      rawPath: pathname,
      rawQueryString: search.slice(1),
      queryStringParameters: Object.fromEntries(searchParams),
      headers: Object.fromEntries(request.headers),
      requestContext: { http: { method: request.method, path: pathname } },
      body: Buffer.from(await request.arrayBuffer()).toString('base64'),
      isBase64Encoded: true,
    },
    {},
  );
  const body = Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8');
  return new Response(body, { status: answer.statusCode, headers: answer.headers });
};

const baseUrl = 'https://lambda.example.com';
for (const lambda of [handler, listed]) await checkCalls(Hats, { baseUrl, fetch: apiGateway(lambda) });
await assert.rejects(checkCalls(Hats, { baseUrl, fetch: apiGateway(unsaid) }));
