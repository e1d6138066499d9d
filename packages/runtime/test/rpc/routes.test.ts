import { serviceType, type MethodType } from '@pipit/runtime';
import { describe, expect, test } from 'vitest';
import { routeTable } from '../../src/rpc/routes.ts';
import { Text } from '../fixture/probe.twirp.ts';

const method = (name: string): MethodType => ({ name, input: Text, output: Text });
const none = { hooks: [], interceptors: [], validate: true };
const handler = (): object => ({});

const hats = serviceType<object, object>('hats.v1.hat_shop', {
  makeHat: method('make_hat'),
  other: method('Other'),
});
const bare = serviceType<object, object>('Bare', { say: method('Say') });

describe('the route table', () => {
  test('holds literal and CamelCased names, mixed too', () => {
    const { byPath } = routeTable('/api', [hats.serve({ makeHat: handler, other: handler })], none);
    for (const path of ['hat_shop/make_hat', 'HatShop/MakeHat', 'hat_shop/MakeHat', 'HatShop/make_hat']) {
      expect(byPath.get(`/api/hats.v1.${path}`)?.method.name).toBe('make_hat');
    }
    expect(byPath.has('/api/hats.v1.hat_shop/makeHat')).toBe(false);
    expect(byPath.get('/api/hats.v1.hat_shop/make_hat')).toMatchObject({
      package: 'hats.v1',
      service: 'hats.v1.hat_shop',
    });
  });

  test('has no dot for a file without a package', () => {
    const { byPath } = routeTable('/', [bare.serve({ say: handler })], none);
    expect(byPath.get('/Bare/Say')).toMatchObject({ package: '', service: 'Bare' });
  });

  test('prefers a literal name to the alias of another', () => {
    const both = serviceType<object, object>('S', {
      makeHat: method('make_hat'),
      makeHat2: method('MakeHat'),
    });
    const { byPath } = routeTable('/', [both.serve({ makeHat: handler, makeHat2: handler })], none);
    expect(byPath.get('/S/MakeHat')?.method.name).toBe('MakeHat');
    expect(byPath.get('/S/make_hat')?.method.name).toBe('make_hat');
  });

  test('refuses an implementation that lacks a method, naming it', () => {
    expect(() => routeTable('/', [bare.serve({})], none)).toThrow(
      'the implementation of Bare has no method say',
    );
  });

  test('knows the methods that take a stream, of which there is no code', () => {
    const feed = serviceType<object, object>('t.feed', { get: method('Get') }, undefined, ['watch_all']);
    const { byPath, streams } = routeTable('/api', [feed.serve({ get: handler })], none);
    expect([...streams]).toContain('/api/t.feed/watch_all');
    expect([...streams]).toContain('/api/t.Feed/WatchAll');
    expect(byPath.has('/api/t.feed/watch_all')).toBe(false);
  });

  test('refuses a service served twice', () => {
    const served = bare.serve({ say: handler });
    expect(() => routeTable('/', [served, served], none)).toThrow('service Bare is served twice');
  });
});
