import awsLambdaFastify from '@fastify/aws-lambda';
import { pipit } from '@pipit/runtime/fastify';
import { fastify } from 'fastify';
import { Hats } from './rpc/hats.twirp.js';
import { HatsServer } from './shared/hats-server.js';

async function handlerWith(options) {
  const app = fastify();
  await app.register(pipit, { services: [Hats.serve(new HatsServer())] });
  return awsLambdaFastify(app, options);
}

// An answer goes to the API gateway in JSON: as text, which bytes would not survive, unless it is said to be binary.
export const handler = await handlerWith({
  enforceBase64: ({ headers }) => !/^(?:application\/json|text\/)/.test(headers['content-type']),
});
/** The same with a list of types; downloads of others would be damaged. */
export const listed = await handlerWith({ binaryMimeTypes: ['application/protobuf', 'application/pdf'] });
/** And with nothing said. */
export const unsaid = await handlerWith();
