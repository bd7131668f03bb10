#!/usr/bin/env node

const fs = require('node:fs');
const path = require('node:path');

const bundle = path.join(__dirname, '..', '..', 'dist', 'cli.js');
if (!fs.existsSync(bundle)) {
  process.stderr.write('shardlint: not built yet; run `npm run build` in the repository first.\n');
  process.exit(2);
}
require(bundle);
