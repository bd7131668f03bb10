import { proxy } from '../src/db/shards.js';

await proxy.query("UPDATE sellers SET fee_class = 'standard' WHERE fee_class = 'none'");
await proxy.end();
