"""`python -I -m hullmark.linter`: the same as `hullmark`.

Without `-I` (or `-P`) Python puts the current directory first on the import path. This module takes it off again
before anything of ours is imported; what `-m` itself imports first (`runpy`) is beyond its reach, hence `-I`.
"""

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path and sys.path:
        del sys.path[0]
    from hullmark.linter.cli.main import main

    sys.exit(main())
