'use client';

import { createClient, unwrap } from '@pipit/runtime/client';
import { useState } from 'react';
import { Hats } from '../rpc/hats.twirp';

const hats = createClient(Hats, { baseUrl: '', format: 'protobuf' });

export function Shop() {
  const [order, setOrder] = useState('');
  const buy = async () => setOrder(String(unwrap(await hats.buy({ size: 7 })).orderId));
  return <button onClick={buy}>Buy {order}</button>;
}
