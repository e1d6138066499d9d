import { pipitServer } from './pipit-server.js';

/** The difference is the cost of logging. */
export const pipitServerQuiet = {
  ...pipitServer,
  id: 'pipit-server-quiet',
  title: 'Pipit, cmd/server, logging off',

  serve(port, format) {
    return pipitServer.serve(port, format, { LOG_LEVEL: 'silent', LOG_REQUESTS: 'false' });
  },
};
