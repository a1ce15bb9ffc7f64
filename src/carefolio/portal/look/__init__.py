"""The look of every page: base templates, the form renderer, stylesheet, script, icons and /style."""
