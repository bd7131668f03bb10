// Draws icon.png (128 × 128): four shards of one table, one of them wanted, and the squiggle under all four.
// `node client/media/icon.mjs` writes it anew; colours and geometry are all there is to edit.
import fs from 'node:fs';
import { deflateSync } from 'node:zlib';

const size = 128;
const samples = 4; // per pixel and axis, for smooth edges

const navy = [23, 37, 63];
const steel = [94, 122, 166];
const amber = [255, 184, 77];
const coral = [255, 107, 90];

const roundedBox = (x, y, left, top, width, height, radius) => {
  const dx = Math.max(Math.abs(x - left - width / 2) - width / 2 + radius, 0);
  const dy = Math.max(Math.abs(y - top - height / 2) - height / 2 + radius, 0);
  return Math.hypot(dx, dy) <= radius;
};

const squiggle = (x, y) => {
  if (x < 24 || x > 104) return false;
  const slope = ((5 * Math.PI) / 10) * Math.cos(((x - 24) * Math.PI) / 10);
  return Math.abs(y - 101 - 5 * Math.sin(((x - 24) * Math.PI) / 10)) <= 3 * Math.hypot(1, slope);
};

/** The colour at a point, or undefined outside the icon. Later shapes lie above earlier ones. */
function colour(x, y) {
  if (!roundedBox(x, y, 0, 0, size, size, 26)) return undefined;
  if (squiggle(x, y)) return coral;
  for (const [index, left] of [24, 46, 68, 90].entries()) {
    if (roundedBox(x, y, left, 26, 14, 58, 5)) return index === 2 ? amber : steel;
  }
  return navy;
}

const rows = Buffer.alloc(size * (size * 4 + 1));
for (let y = 0; y < size; y += 1) {
  for (let x = 0; x < size; x += 1) {
    const sum = [0, 0, 0];
    let covered = 0;
    for (let i = 0; i < samples * samples; i += 1) {
      const point = colour(x + ((i % samples) + 0.5) / samples, y + (Math.floor(i / samples) + 0.5) / samples);
      if (!point) continue;
      covered += 1;
      for (const channel of [0, 1, 2]) sum[channel] += point[channel];
    }
    const at = y * (size * 4 + 1) + 1 + x * 4;
    for (const channel of [0, 1, 2]) rows[at + channel] = covered ? Math.round(sum[channel] / covered) : 0;
    rows[at + 3] = Math.round((255 * covered) / (samples * samples));
  }
}

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const crc = (data) => (data.reduce((c, byte) => crcTable[(c ^ byte) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

const header = Buffer.alloc(13);
header.writeUInt32BE(size, 0);
header.writeUInt32BE(size, 4);
header.set([8, 6, 0, 0, 0], 8);
const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const png = [
  signature,
  chunk('IHDR', header),
  chunk('IDAT', deflateSync(rows, { level: 9 })),
  chunk('IEND', Buffer.alloc(0)),
];
fs.writeFileSync(new URL('icon.png', import.meta.url), Buffer.concat(png));
