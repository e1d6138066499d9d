import { Hats } from '../../rpc/hats.twirp';
import { checkCalls } from '../../shared/calls.js';

/** Calls from Next's own server, by what its bundler made of the client. */
export async function GET(request: Request) {
  try {
    await checkCalls(Hats, { baseUrl: new URL(request.url).origin });
    return new Response('well');
  } catch (error) {
    return new Response((error as Error).stack, { status: 500 });
  }
}
