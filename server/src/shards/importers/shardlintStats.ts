/** What `shardlint stats` wrote: `statistics` in a map reads it with this. */
import { defineImporter } from '../importer';
import { readStatistics } from '../native/statisticsFile';
import { nothing } from './declared';

export default defineImporter({
  id: 'shardlint-stats',
  title: 'Statistics that `shardlint stats` wrote',
  page: {
    notRead:
      'Nothing is left out. The file says nothing about shards, and the columns that it names are all that is known of a table that nothing else declares.',
    sources: ['../evidence.md'],
  },
  evidence: true,
  files: ['**/*shardlint.stats.{yaml,yml,json}'],
  accepts: ({ text }) => /^(?:\s*"?tables"?\s*:)/m.test(text) && /\b(?:rows|bytes|distinct|nullShare)"?\s*:/.test(text),
  import(files) {
    const read = files.map(readStatistics);
    return {
      ...nothing,
      statistics: read.flatMap(({ tables }) => tables),
      problems: read.flatMap(({ problems }) => problems),
    };
  },
});
