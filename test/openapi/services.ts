import { Countdown } from '@pipit/rpc/user/v0/countdown.twirp';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import type { ServiceType } from '@pipit/runtime';
import { Accounts } from '../../examples/shop/rpc/shop/v1/accounts.twirp.ts';
import { Catalog } from '../../examples/shop/rpc/shop/v1/catalog.twirp.ts';
import { Lonely } from '../gen/nasty/nopackage.twirp.ts';
import { Everything } from '../gen/openapi/v1/everything.twirp.ts';
import { Cases, snake_service } from '../gen/pipit/cases/v1/cases.twirp.ts';
import { CompatService } from '../gen/twirp/clientcompat/clientcompat.twirp.ts';
import { Haberdasher } from '../gen/twirp/example/haberdasher/haberdasher.twirp.ts';
import { TypesService } from '../gen/twirp/example/types/types.twirp.ts';

/** Those of examples/shop, whose requests have rules. */
export const shop: readonly ServiceType[] = [Accounts, Catalog];

/** The services of the fixtures, the demo and the shop. */
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
  ...shop,
];
