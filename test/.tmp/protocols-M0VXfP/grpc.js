import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const { shop } = loadPackageDefinition(loadSync('shop/v1/hats.proto'));
const hats = new shop.v1.Hats('127.0.0.1:39193', credentials.createInsecure());
hats.buy({ size: 57 }, (error, order) => console.log(order.number)); // 7

setTimeout(() => process.exit(), 500);