import type { HttpResponse } from '../../protocol/http-response.ts';
import { isBodiless } from '../../protocol/bodiless.ts';
import { requestCodecOf } from '../../protocol/twirp/content-type.ts';
import { unaryTwirp } from '../../protocol/twirp/index.ts';
import { invoke } from '../../rpc/invoke.ts';
import type { RpcConfig } from '../../rpc/rpc-config.ts';
import type { Door } from '../door.ts';
import type { LaneHandler } from './lane-handler.ts';
import { responseHead } from './response-head.ts';

const noBody = new Uint8Array();

/** Answers the calls of unary methods by Twirp. */
export function rpcLane(config: RpcConfig, door: Door, stallTimeout: number): LaneHandler {
  return {
    door,
    stallTimeout,
    takes({ target, headers }) {
      const type = headers['content-type'];
      return (
        type !== undefined &&
        requestCodecOf(type) !== undefined &&
        config.routes.byPath.get(target)?.isStream !== true
      );
    },
    call(request, reply) {
      invoke<HttpResponse<Uint8Array>>(config, request, unaryTwirp, (response) => {
        const body = isBodiless(response.status) ? noBody : response.body;
        reply.whole(request, responseHead(response), body, response.afterWrite);
      });
    },
  };
}
