import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { Hats } from './gen/shop/v1/hats_pb.js';

const hats = createClient(Hats, createConnectTransport({ baseUrl: 'http://127.0.0.1:39193/api' }));
console.log((await hats.buy({ size: 57 })).number); // 7

setTimeout(() => process.exit(), 500);