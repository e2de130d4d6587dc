"""mitmproxy without the addons that it ships: import this before anything of `mitmproxy.addons`.

`mitmproxy/addons/__init__.py` imports every addon, and with them Flask, LDAP, a web interface and
parsers: a second of start and some 20 MB of each worker. We name the few we use by their modules,
so an empty package with the same path stands in for that file.
"""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

PACKAGE = "mitmproxy.addons"

if PACKAGE not in sys.modules:
    import mitmproxy

    found = importlib.util.find_spec("mitmproxy")
    assert found is not None and found.submodule_search_locations
    bare = ModuleType(PACKAGE)
    bare.__path__ = [f"{found.submodule_search_locations[0]}/addons"]
    sys.modules[PACKAGE] = bare
    setattr(mitmproxy, "addons", bare)  # noqa: B010 - mypy knows the real one
