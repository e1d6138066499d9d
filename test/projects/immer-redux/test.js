import assert from 'node:assert/strict';
import { unwrap } from '@pipit/runtime/client';
import { createJsonClient } from '@pipit/runtime/json-client';
import { createLocalClient, localFetch } from '@pipit/runtime/local';
import { configureStore, createSlice } from '@reduxjs/toolkit';
import { produce } from 'immer';
import { buy } from './rpc/hats.json.js';
import { Hats, Order } from './rpc/hats.twirp.js';
import { checkCalls } from './shared/calls.js';
import { HatsServer } from './shared/hats-server.js';

const server = new HatsServer();
const fetch = localFetch({ services: [Hats.serve(server)] });
await checkCalls(Hats, { baseUrl: 'http://local', fetch });

// A message and its maps are drafts as any other object is: the original stays as it was.
const hats = createLocalClient(Hats, server);
const order = unwrap(await hats.buy({ size: 7, labels: { gift: 'yes' } }));
const changed = produce(order, (draft) => {
  draft.labels.gift = 'no';
  draft.labels.color = 'red';
});
assert.deepEqual(order.labels, { gift: 'yes' });
assert.deepEqual(changed.labels, { gift: 'no', color: 'red' });
// Frozen by Immer, it is still sent.
assert.deepEqual(Order.decode(Order.encode(changed)), changed);
assert.deepEqual(unwrap(await hats.buy({ size: 7, labels: changed.labels })).labels, changed.labels);

// What the JSON client gives is what Redux Toolkit stores without a warning.
const complaints = [];
console.error = (...words) => complaints.push(words.join(' '));
const orders = createSlice({
  name: 'orders',
  initialState: { last: null },
  reducers: {
    bought: (state, { payload }) => void (state.last = payload),
    labelled: (state, { payload: [key, value] }) => void (state.last.labels[key] = value),
  },
});
const store = configureStore({ reducer: orders.reducer });
const call = createJsonClient({ baseUrl: 'http://local', fetch });
const bought = unwrap(await call(buy, { size: 7, labels: { gift: 'yes' } }));
store.dispatch(orders.actions.bought(bought));
store.dispatch(orders.actions.labelled(['color', 'red']));
assert.deepEqual(bought.labels, { gift: 'yes' });
assert.deepEqual(store.getState().last.labels, { gift: 'yes', color: 'red' });
assert.deepEqual(complaints, []);
