import { connectGateway, type ConnectorOptions, type GatewayConnection } from '@pipit/gateway/connector';
import { HelloRequest, HelloResponse } from '@pipit/rpc/user/v0/echo.pb';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import { notFound } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silent } from '../gateway-process/gateway.ts';
import { LegacyGateway } from './legacy-gateway.ts';

const methodPath = '/user.v0.Echo/Hello';

async function connected(
  options: Partial<ConnectorOptions> = {},
): Promise<{ gateway: LegacyGateway; connection: GatewayConnection }> {
  const gateway = new LegacyGateway();
  const url = await gateway.listen();
  const hello = Echo.serve({
    hello({ message }, { deadline }) {
      if (message === 'nobody') throw notFound('there is nobody');
      return { data: { message: `${message}, ${deadline === undefined ? 'whenever' : 'in time'}` } };
    },
  });
  const connection = connectGateway({ url, apiKey: 'secret', services: [hello], log: silent, ...options });
  onTestFinished(() => connection.close());
  await connection.ready;
  return { gateway, connection };
}

describe('behind a gateway in the field, a service of ours', () => {
  test('registers, and says nothing the gateway does not know', async () => {
    const { gateway } = await connected({ heartbeatInterval: 20 });
    expect(gateway.registered).toMatchObject({ apiKey: 'secret', services: ['user.v0.Echo'] });
    const { heartbeat } = await gateway.first((message) => message.heartbeat !== undefined);
    expect(heartbeat).toMatchObject({ connectionId: 'given' });
    expect(gateway.strange).toBe(0);
  });

  test('answers with the message, 200 where it is well', async () => {
    const { gateway } = await connected();
    const payload = HelloRequest.encode({ message: 'hi' });
    gateway.send({ request: { requestId: 'r1', methodPath, payload, timeoutSeconds: 5 } });
    const { response } = await gateway.first((message) => message.response !== undefined);
    expect(response).toMatchObject({ requestId: 'r1', statusCode: 200, errorMessage: '' });
    expect(HelloResponse.decode(response?.payload ?? new Uint8Array())).toMatchObject({
      data: { message: 'hi, in time' },
    });
  });

  test('answers with a code and a text where it is not', async () => {
    const { gateway } = await connected();
    gateway.send({
      request: { requestId: 'r1', methodPath, payload: HelloRequest.encode({ message: 'nobody' }) },
    });
    gateway.send({ request: { requestId: 'r2', methodPath: '/user.v0.Echo/Nothing' } });
    const answers = await Promise.all(
      ['r1', 'r2'].map((id) => gateway.first(({ response }) => response?.requestId === id)),
    );
    expect(answers.map(({ response }) => [response?.statusCode, response?.errorMessage])).toEqual([
      [5, 'there is nobody'],
      [12, expect.stringContaining('Nothing')],
    ]);
  });

  test('calls others through it, in protobuf', async () => {
    const { gateway, connection } = await connected();
    const options = { baseUrl: 'http://gateway', fetch: connection.fetch };
    const calling = createClient(Echo, { ...options, format: 'protobuf' }).hello({ message: 'you' });
    const { request } = await gateway.first((message) => message.request !== undefined);
    expect(request).toMatchObject({ methodPath });
    expect(HelloRequest.decode(request?.payload ?? new Uint8Array())).toMatchObject({ message: 'you' });
    gateway.send({
      response: {
        requestId: request?.requestId ?? '',
        statusCode: 200,
        payload: HelloResponse.encode({ data: { message: 'yes' } }),
      },
    });
    expect(await calling).toMatchObject({ data: { message: 'yes' } });
    expect(gateway.strange).toBe(0);
  });
});
