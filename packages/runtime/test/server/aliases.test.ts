import { serviceType, type MethodType, type ServedService } from '@pipit/runtime';
import { pipit } from '@pipit/runtime/fastify';
import { localFetch } from '@pipit/runtime/local';
import { fastify } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { Text } from '../fixture/probe.twirp.ts';

const method = (name: string): MethodType => ({ name, input: Text, output: Text });

/** A service whose methods, `protoName`s in this order, answer with their own names. */
function served(typeName: string, ...names: string[]): ServedService {
  const methods = Object.fromEntries(names.map((name, index) => [`method${index}`, method(name)]));
  const answers = names.map((name, index) => [`method${index}`, () => ({ text: `${typeName}/${name}` })]);
  return serviceType<object, object>(typeName, methods).serve(Object.fromEntries(answers) as object);
}

/** Every order of these. */
function orders<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first, index) => orders(items.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

/** What answers at a path, which is the same through every door; undefined for nobody. */
async function answersAt(services: ServedService[], path: string): Promise<string | undefined> {
  const app = fastify();
  onTestFinished(() => app.close());
  await app.register(pipit, { services });
  const injected = await app.inject({ method: 'POST', url: `/api/${path}`, payload: {} });
  const local = await localFetch({ services })(`http://local/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const { text } = injected.json<{ text?: string }>();
  expect(await local.json()).toMatchObject(text === undefined ? { code: 'bad_route' } : { text });
  return text;
}

test.each(orders(['make_hat', 'MakeHat', 'makeHat']))(
  'methods declared %s, %s, %s: each literal name is its own',
  async (...names) => {
    const services = [served('Hats', ...names)];
    for (const name of names) expect(await answersAt(services, `Hats/${name}`)).toBe(`Hats/${name}`);
    expect(await answersAt(services, 'Hats/Make_Hat')).toBeUndefined();
  },
);

test.each(orders(['hats.v1.hat_shop', 'hats.v1.HatShop', 'hats.v2.hat_shop']))(
  'services served %s, %s, %s: each literal name is its own, and an alias is where no literal is',
  async (...typeNames) => {
    const services = typeNames.map((typeName) => served(typeName, 'Sell'));
    for (const typeName of typeNames) {
      expect(await answersAt(services, `${typeName}/Sell`)).toBe(`${typeName}/Sell`);
    }
    expect(await answersAt(services, 'hats.v2.HatShop/Sell')).toBe('hats.v2.hat_shop/Sell');
  },
);

test.each(orders(['hat_shop', 'HatShop']))(
  'services served %s, %s: a literal method of one hides the alias of the other at no path but its own',
  async (...typeNames) => {
    const names = { hat_shop: ['sell_hat'], HatShop: ['SellHat'] } as const;
    const services = typeNames.map((name) => served(name, ...names[name as keyof typeof names]));
    expect(await answersAt(services, 'HatShop/SellHat')).toBe('HatShop/SellHat');
    expect(await answersAt(services, 'hat_shop/sell_hat')).toBe('hat_shop/sell_hat');
    expect(await answersAt(services, 'hat_shop/SellHat')).toBe('hat_shop/sell_hat');
    expect(await answersAt(services, 'HatShop/sell_hat')).toBe('hat_shop/sell_hat');
  },
);
