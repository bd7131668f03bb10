ALTER TABLE review_votes RENAME TO review_reactions;
ALTER TABLE review_reactions ADD COLUMN kind text NOT NULL DEFAULT 'helpful';
