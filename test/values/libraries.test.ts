import { isDeepStrictEqual } from 'node:util';
import { configureStore, createSlice, isPlain } from '@reduxjs/toolkit';
import { createRegistry } from '@pipit/runtime/codec';
import { expect as jestExpect } from 'expect';
import fastDeepEqual from 'fast-deep-equal';
import { produce } from 'immer';
import superjson from 'superjson';
import { describe, expect, test } from 'vitest';
import { Size } from '../gen/shop/v1/common.pb.ts';
import {
  Choice,
  type ChoiceInit,
  Maps,
  type MapsInit,
  Scalars,
  type ScalarsInit,
} from '../gen/shop/v1/scalars.pb.ts';
import { All, type AllInit } from '../gen/wkt/all.pb.ts';
import type { AnyType } from '../codec/agreement.ts';

// Messages in the hands of libraries that keep, copy and compare state.

const any = { typeUrl: 'type.googleapis.com/shop.v1.Size', value: Size.encode({ width: 3 }) };
const registry = createRegistry(Size);
const inits = {
  scalars: {
    fInt64: 2n ** 60n,
    fBytes: new Uint8Array([1, 2]),
    fDouble: NaN,
    fFloat: -0,
    fSize: { width: 2 },
  } satisfies ScalarsInit,
  maps: {
    byString: { a: 'b', 'with space': 'c', constructor: 'd' },
    byInt32: { '-5': { width: 1 } },
    byUint64: { '18446744073709551615': new Uint8Array([3]) },
  } satisfies MapsInit,
  choice: {
    pick: { case: 'raw', value: new Uint8Array([4]) },
    children: [{ pick: { case: 'big', value: 5n } }],
  } satisfies ChoiceInit,
  wellKnown: {
    timestamp: new Date('2026-01-02T03:04:05.678Z'),
    duration: { seconds: 1n, nanos: 5 },
    any,
    struct: {
      fields: {
        list: {
          kind: { case: 'listValue', value: { values: [{ kind: { case: 'boolValue', value: true } }] } },
        },
      },
    },
  } satisfies AllInit,
};
const types = { scalars: Scalars, maps: Maps, choice: Choice, wellKnown: All };

/** The messages, each made anew by the codecs. */
const made = {
  created: () => ({
    scalars: Scalars.create(inits.scalars),
    maps: Maps.create(inits.maps),
    choice: Choice.create(inits.choice),
    wellKnown: All.create(inits.wellKnown),
  }),
  'read from binary': () => ({
    scalars: Scalars.decode(Scalars.encode(inits.scalars)),
    maps: Maps.decode(Maps.encode(inits.maps)),
    choice: Choice.decode(Choice.encode(inits.choice)),
    wellKnown: All.decode(All.encode(inits.wellKnown)),
  }),
  'read from JSON': () => ({
    scalars: Scalars.fromJsonBytes(Scalars.toJsonBytes(inits.scalars)),
    maps: Maps.fromJsonBytes(Maps.toJsonBytes(inits.maps)),
    choice: Choice.fromJsonBytes(Choice.toJsonBytes(inits.choice)),
    wellKnown: All.fromJsonBytes(All.toJsonBytes(inits.wellKnown, { registry }), { registry }),
  }),
} as const;

type State = ReturnType<(typeof made)['created']>;

/** What changes the state everywhere, in place. */
function change({ scalars, maps, choice, wellKnown }: State): void {
  scalars.fString = 'changed';
  scalars.fSize!.width = 9;
  maps.byString['a'] = 'changed';
  maps.byString['new'] = 'entry';
  delete maps.byString['with space'];
  maps.byInt32[-5]!.width = 9;
  choice.children.push(Choice.create());
  wellKnown.timestamp!.nanos = 0;
  wellKnown.struct!.fields['more'] = { kind: { case: 'nullValue', value: 0 } };
}

/** What is written must be the same. */
function expectSameBytes(given: State, wanted: State): void {
  for (const key of Object.keys(types) as (keyof State)[]) {
    const type = types[key] as AnyType;
    expect(type.encode(given[key])).toEqual(type.encode(wanted[key]));
  }
}

describe.each(Object.entries(made))('messages that are %s', (_, make) => {
  const changed = made.created();
  change(changed);

  test('in Immer: the next state has what was changed, and the one before it has not', () => {
    const before = make();
    const after = produce(before, change);
    expect(before).toEqual(make());
    expect(after).toEqual(changed);
    // Frozen, and shared where nothing has changed.
    expect(Object.isFrozen(after.maps.byString)).toBe(true);
    expect(after.maps.byUint64).toBe(before.maps.byUint64);
    expectSameBytes(after, changed);
    expect(produce(before, () => undefined)).toBe(before);
  });

  test('in Redux Toolkit', () => {
    const slice = createSlice({
      name: 'shop',
      initialState: make,
      reducers: { change: (state) => change(state as State) },
    });
    const store = configureStore({
      reducer: slice.reducer,
      middleware: (getDefault) => getDefault({ serializableCheck: false }),
    });
    const before = store.getState();
    store.dispatch(slice.actions.change());
    expect(before).toEqual(make());
    expect(store.getState()).toEqual(changed);
    expect(isPlain(before.maps.byString)).toBe(true);
  });

  test('through superjson and structuredClone', () => {
    const { constructor: _, ...byString } = make().maps.byString;
    const state = { ...make(), maps: { ...make().maps, byString } };
    const copy = superjson.parse<State>(superjson.stringify(state));
    expect(copy).toEqual(state);
    expectSameBytes(copy, state);
    const clone = structuredClone(make());
    expect(clone).toEqual(make());
    expectSameBytes(clone, make());
  });

  test('are equal to those made another way, and unequal to others', () => {
    const message = make();
    for (const other of Object.values(made).map((again) => again())) {
      jestExpect(message).toEqual(other);
      jestExpect(message).toStrictEqual(other);
      expect(isDeepStrictEqual(message, other)).toBe(true);
      const { maps, choice, wellKnown } = message;
      expect(fastDeepEqual([choice, wellKnown], [other.choice, other.wellKnown])).toBe(true);
      expect(fastDeepEqual(maps.byInt32, other.maps.byInt32)).toBe(true);
      jestExpect(message).not.toEqual(changed);
      expect(fastDeepEqual(message, changed)).toBe(false);
    }
    jestExpect(message.maps).toEqual(jestExpect.objectContaining({ byString: inits.maps.byString }));
    jestExpect(message.maps.byString).toStrictEqual(inits.maps.byString);
  });
});
