import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compile } from '../../lib/compile.js';
import { packageFolder } from '../../lib/paths.js';
import { generateEcho, generatedFolder } from '../generate.js';
import { hello } from './hello.js';

export const twirpTs = {
  id: 'twirp-ts',
  title: 'twirp-ts',
  packages: ['twirp-ts', '@protobuf-ts/runtime'],
  formats: ['json', 'protobuf'],
  path: '/twirp/user.v0.Echo/Hello',

  generate() {
    const out = generateEcho(
      this.id,
      [join(packageFolder('@protobuf-ts/plugin'), 'bin/protoc-gen-ts'), 'client_none,generate_dependencies'],
      [join(packageFolder('twirp-ts'), 'protoc-gen-twirp_ts'), 'server_only,emit_default_values'],
    );
    // Its imports have no file extension.
    compile(out, 'commonjs');
  },

  async serve(port) {
    const { createServer } = await import('node:http');
    const require = createRequire(import.meta.url);
    const { createEchoServer } = require(join(generatedFolder(this.id), 'user/v0/echo.twirp.js'));
    const echo = createEchoServer({ Hello: async (_context, request) => hello(request) });
    const server = createServer(echo.httpHandler()).listen(port, '127.0.0.1');
    await once(server, 'listening');
  },
};
