/** TypeScript and JavaScript. The parser is loaded with the first file that is read, which in many runs never comes. */
import { defineHost } from './host';

export default defineHost({
  id: 'typescript',
  lineComment: '//',
  extensions: ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'],
  load: async () => (await import('./typescript/file')).reader,
});
