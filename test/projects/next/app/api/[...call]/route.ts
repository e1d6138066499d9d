import { localFetch } from '@pipit/runtime/local';
import { Hats } from '../../../rpc/hats.twirp';
import { HatsServer } from '../../../shared/hats-server.js';

// The in-process door is a `fetch`, and so is a route: one Request in, one Response out.
const handle = localFetch({ services: [Hats.serve(new HatsServer() as Hats)] });

export const GET = (request: Request) => handle(request);
export const POST = (request: Request) => handle(request);
