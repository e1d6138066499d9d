import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.ts';
import { openStore } from './database.ts';

const { HOST: host = '127.0.0.1', PORT: port = '8080', SHOP_DB: file = 'shop.db' } = process.env;

const store = openStore(file);
const app = await buildApp(store);
await app.listen({ host, port: Number(port) });

// On SIGTERM and SIGINT the calls under way finish first.
closeWithGrace({ delay: 10_000, logger: app.log }, async () => {
  await app.close();
  store.close();
});
