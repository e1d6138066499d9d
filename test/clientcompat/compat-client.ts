import { TwirpError } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import {
  ClientCompatMessage,
  ClientCompatMessage_CompatServiceMethod,
  CompatService,
  Empty,
  Req,
  Resp,
} from '../gen/twirp/clientcompat/clientcompat.twirp.ts';

/**
 * One test of Twirp's official client suite: makes the call that `message`, a `ClientCompatMessage`, asks for.
 *
 * @returns the bytes of the answer, or the code of the TwirpError the call failed with
 * @throws whatever else goes wrong: it is a fault of this program, which has to fail loudly
 */
export async function compatCall(message: Uint8Array): Promise<Uint8Array | string> {
  const { serviceAddress, method, request } = ClientCompatMessage.decode(message);
  const client = createClient(CompatService, {
    baseUrl: serviceAddress,
    prefix: '/twirp',
    format: 'protobuf',
  });
  try {
    return method === ClientCompatMessage_CompatServiceMethod.METHOD
      ? Resp.encode(await client.method(Req.decode(request)))
      : Empty.encode(await client.noopMethod(Empty.decode(request)));
  } catch (error) {
    if (error instanceof TwirpError) return error.code;
    throw error;
  }
}
