import { Countdown } from '@pipit/rpc/user/v0/countdown.twirp';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import type { ServiceType } from '@pipit/runtime';
import { Lonely } from '../gen/nasty/nopackage.twirp.ts';
import { Everything } from '../gen/openapi/v1/everything.twirp.ts';
import { Cases, snake_service } from '../gen/pipit/cases/v1/cases.twirp.ts';
import { CompatService } from '../gen/twirp/clientcompat/clientcompat.twirp.ts';
import { Haberdasher } from '../gen/twirp/example/haberdasher/haberdasher.twirp.ts';
import { TypesService } from '../gen/twirp/example/types/types.twirp.ts';

/** The services of the fixtures, and the demo. */
export const everyService: readonly ServiceType[] = [
  Echo,
  Countdown,
  Everything,
  Cases,
  snake_service,
  Lonely,
  CompatService,
  Haberdasher,
  TypesService,
];
