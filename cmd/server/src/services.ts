import { EchoServer } from '@pipit/rpc/user/v0/echo';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import type { ServedService } from '@pipit/runtime';

/** Everything this server serves. */
export function services(): ServedService[] {
  return [Echo.serve(new EchoServer())];
}
