import { once } from 'node:events';
import { join } from 'node:path';
import { packageFolder } from '../../lib/paths.js';
import { generateEcho, generatedFolder } from '../generate.js';
import { hello } from './hello.js';

export const twirpscript = {
  id: 'twirpscript',
  title: 'TwirpScript',
  packages: ['twirpscript', 'protoscript'],
  formats: ['json', 'protobuf'],
  path: '/twirp/user.v0.Echo/Hello',

  generate() {
    const plugin = join(packageFolder('twirpscript'), 'dist/compiler.js');
    generateEcho(this.id, [
      plugin,
      'language=javascript,json=emitFieldsWithDefaultValues,json=useProtoFieldName',
    ]);
  },

  async serve(port) {
    const { createServer } = await import('node:http');
    const { createTwirpServer } = await import('twirpscript');
    const { createEcho } = await import(join(generatedFolder(this.id), 'user/v0/echo.pb.js'));
    // `debug` logs every request.
    const app = createTwirpServer([createEcho({ Hello: hello })], { debug: false });
    const server = createServer(app).listen(port, '127.0.0.1');
    await once(server, 'listening');
  },
};
