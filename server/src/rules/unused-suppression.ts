import { defineRule } from './rule';

/** The engine asks this one, once it knows what all others have found in a file. */
export default defineRule({
  id: 'unused-suppression',
  meta: {
    summary: 'A comment accepts a finding that is not there',
    why: 'It hides the next finding that comes to stand in its place, and tells readers of a hazard that is gone.',
    remedy:
      'Remove the comment, or the name of the rule in it. One that is misspelt accepts nothing: correct its keyword.',
    severity: 'information',
    since: '0.1',
    messages: {
      unused: 'This comment does not suppress {what}: there is nothing left to suppress. Remove it.',
      misspelt:
        '`{word}` is no suppression: write shardlint-disable-next-line, -line, -file, shardlint-disable or shardlint-enable.',
    },
  },
});
