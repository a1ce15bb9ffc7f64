"""Template tags for what stands on many pages: icons, tags, error summaries, marks for drafts."""
