"""git through libgit2: the index, trees and differences, without a git program and without running anything."""
