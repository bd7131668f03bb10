// What a cold check costs with the number of files: the processor's time at 1,000, 4,000 and 16,000 generated files, above
// that of an empty folder, and the exponent of the line through their logarithms.
import path from 'node:path';
import { generate } from './generate.mjs';
import { check, report, workFolder } from './process.mjs';

const work = workFolder('linear');
generate(path.join(work, 'none'), 0, 1);
const start = check(path.join(work, 'none'), ['--no-cache']).cpu;
const points = [1000, 4000, 16_000].map((count) => {
  const app = path.join(work, String(count));
  generate(app, count, 1);
  const { cpu, megabytes } = check(app, ['--no-cache']);
  return { count, cpu: cpu - start, megabytes };
});
const mean = (list) => list.reduce((sum, one) => sum + one, 0) / list.length;
const xs = points.map(({ count }) => Math.log(count));
const ys = points.map(({ cpu }) => Math.log(cpu));
const slope = mean(xs.map((x, i) => (x - mean(xs)) * (ys[i] - mean(ys)))) / mean(xs.map((x) => (x - mean(xs)) ** 2));
const note = points.map(({ count, cpu }) => `${count}: ${(cpu / 1000).toFixed(1)} s`).join(', ');
report([{ name: 'growth with the number of files, exponent', value: slope, unit: '', target: 1.1, note }]);
