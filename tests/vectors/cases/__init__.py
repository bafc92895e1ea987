"""The hand-written cases, an idea a module. Each has `files()`: file name to content."""
