import { connect } from './connect.js';
import { fastifyLog } from './fastify-log.js';
import { fastify } from './fastify.js';
import { grpcJs } from './grpc-js.js';
import { hono } from './hono.js';
import { node } from './node.js';
import { pipitFastLane } from './pipit-fast-lane.js';
import { pipitFastify } from './pipit-fastify.js';
import { pipitHttp2 } from './pipit-http2.js';
import { pipitNode } from './pipit-node.js';
import { pipitServerQuiet } from './pipit-server-quiet.js';
import { pipitServer } from './pipit-server.js';
import { trpc } from './trpc.js';
import { twirpTs } from './twirp-ts.js';
import { twirpscript } from './twirpscript.js';

/** In the order of each round. */
export const peers = [
  pipitFastify,
  fastify,
  pipitNode,
  pipitFastLane,
  pipitServer,
  pipitServerQuiet,
  node,
  fastifyLog,
  hono,
  twirpscript,
  twirpTs,
  grpcJs,
  pipitHttp2,
  connect,
  trpc,
];
