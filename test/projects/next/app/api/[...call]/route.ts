import { createFetchHandler } from '@pipit/runtime/fetch';
import { Hats } from '../../../rpc/hats.twirp';
import { HatsServer } from '../../../shared/hats-server.js';

const handle = createFetchHandler({ services: [Hats.serve(new HatsServer() as Hats)] });

export { handle as GET, handle as POST };
