import 'reflect-metadata';
import assert from 'node:assert/strict';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { pipit } from '@pipit/runtime/fastify';
import { createHandler } from '@pipit/runtime/node';
import { HatsService, Stock } from './hats.service.js';
import { Hats } from './rpc/hats.twirp.js';

@Controller()
class Pages {
  @Get('hello')
  hello(): string {
    return 'hello of Nest';
  }
}

@Module({ controllers: [Pages], providers: [HatsService, Stock] })
class AppModule {}

async function onExpress() {
  const app = await NestFactory.create(AppModule, { logger: false });
  // Before Nest's own body parsers, which are added when it starts.
  app.use(createHandler({ services: [Hats.serve(app.get(HatsService))] }));
  return app;
}

async function onFastify() {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
    logger: false,
  });
  const instance = app.getHttpAdapter().getInstance();
  await instance.register(pipit, { services: [Hats.serve(app.get(HatsService))] });
  return app;
}

async function main(): Promise<void> {
  const { checkCalls } = await import('../shared/calls.js' as string);
  for (const start of [onExpress, onFastify]) {
    const app = await start();
    await app.listen(0, '127.0.0.1');
    const baseUrl = await app.getUrl();
    await checkCalls(Hats, { baseUrl });
    assert.equal(await (await fetch(`${baseUrl}/hello`)).text(), 'hello of Nest');
    await app.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
